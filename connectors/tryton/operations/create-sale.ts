import { operation, Refused } from '../../_kit/contract.ts'
import type { CallContext, Conversation } from '../../_kit/contract.ts'
import { saleDraftSchema } from '../draft.ts'
import type { SaleDraft } from '../draft.ts'
import { openSession } from '../session.ts'
import { call } from '../wire.ts'
import { enteredSale } from './enter-sale.ts'
import { fillSale } from './fill-sale.ts'
import { nextStep, press, standings } from './standing.ts'
import type { Standing } from './standing.ts'

export interface CreatedSale {
  /** Tryton's id of the sale. */
  readonly remoteId: string
  readonly state: string
  /** Tryton's number of it; a draft has none. */
  readonly number?: string
}

/** Create, fill, quote, confirm and process are five; doubles and other hands may add some. */
const stepsMax = 12

/**
 * https://docs.tryton.org/6.0/modules-sale/: the sale is created once whatever happens. Before
 * every write the sales that bear our reference are looked at, and the one step that is still to
 * be done is done.
 */
export const createSale = operation<SaleDraft, CreatedSale>({
  title: 'Create a sale',
  vendorDocs: 'https://docs.tryton.org/6.0/modules-sale/',
  effect: 'write',
  safeBy: 'converging',
  takes: 'json',
  input: saleDraftSchema,
  // Tryton takes some seconds for a sale of a thousand lines.
  timeoutMs: 60_000,
  // A create that outlived its caller has been committed by then. Should one take longer, there are
  // two drafts for a moment: the next look finds both, and all but one are cancelled.
  settleMs: 10_000,
  converse: convergeOnSale,
})

function* convergeOnSale(
  draft: SaleDraft,
  { reference, settings }: CallContext,
): Conversation<CreatedSale> {
  const context = yield* openSession(settings)
  const confirm = settings['confirm'] === 'clerk' ? 'clerk' : 'auto'
  for (let taken = 0; taken < stepsMax; taken++) {
    const step = nextStep(yield* standings(draft.reference, reference, context), confirm)
    switch (step.do) {
      case 'create': {
        const sale = yield* enteredSale(draft, reference, settings, context)
        // Somebody else may have been at it while parties and products were looked up.
        if ((yield* standings(draft.reference, reference, context)).length > 0) break
        yield call('write', 'model.sale.sale.create', [[sale]], context)
        break
      }
      case 'fill':
        yield* fillSale(step.sale, draft, reference, context)
        break
      case 'quote':
      case 'confirm':
      case 'process':
        yield press(step.do, step.sale, context)
        break
      case 'cancel_double':
        yield press('cancel', step.sale, context)
        break
      case 'stop':
        throw new Refused(step.because)
      case 'rest':
        return created(step.sale)
    }
  }
  throw new Error(`the sale does not come to rest within ${stepsMax} steps`)
}

function created({ id, number, state }: Standing): CreatedSale {
  return { remoteId: String(id), state, ...(number === null ? {} : { number }) }
}
