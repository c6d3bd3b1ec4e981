import type { Ring } from '#core/exchange/bell.ts'
import type { MappingEnds } from '#core/configuration/check.ts'
import type { limits } from '#config/limits.ts'
import type { Intake } from '#prisma/store/intake.ts'
import type { Store } from '#prisma/store/index.ts'

/** The bounds of the door: section `api` of config/limits.ts. */
export type ApiLimits = Readonly<Record<keyof typeof limits.api, number>>

/** What the routes work with. */
export interface Context {
  readonly store: Store
  readonly intake: Intake
  readonly ring: Ring
  readonly limits: ApiLimits
  /** Why no new message may be taken right now; null when all is well. */
  readonly pressure: () => string | null
  readonly nowMs: () => number
  /** What a mapping of this installation reads and makes; null where it has none such. */
  readonly mappingEnds: (name: string) => MappingEnds | null
  /** Whether rings reach the workers of other processes; null where there are none. */
  readonly isBellUp: (() => boolean) | null
}
