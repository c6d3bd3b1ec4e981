/** What one mapping may hold and do; the values are `limits.mapping`. */
export interface MappingLimits {
  readonly fileCharsMax: number
  readonly fieldsMax: number
  readonly depthMax: number
  readonly aliasesMax: number
  readonly expressionCharsMax: number
  /** For one expression, in milliseconds. */
  readonly expressionTimeMs: number
  readonly expressionDepthMax: number
  readonly sequenceMax: number
  readonly evaluationsMax: number
  readonly lookupsMax: number
  readonly faultsMax: number
}
