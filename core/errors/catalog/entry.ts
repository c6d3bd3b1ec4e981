/** What a code means everywhere: one line per code; codes are never renamed or reused. */
export interface CatalogEntry {
  /**
   * Whether the work itself failed (`refused`), may be tried again as it stands (`not_sent`), or
   * may or may not have taken effect (`unknown`).
   */
  readonly fate: 'refused' | 'not_sent' | 'unknown'
  /** The HTTP status where the API answers with this fault. */
  readonly http: number
  /** One sentence; `{name}` marks a fact. */
  readonly says: string
  /** What a person does about it; may use the same facts. */
  readonly remedy: string
}
