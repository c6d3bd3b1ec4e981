import type { Connector, Operation } from '#connectors/_kit/contract.ts'
import { faultView } from '#core/errors/fault.ts'
import type { ClaimedDelivery } from '#prisma/store/deliver.ts'
import { Caller } from '#workers/calls/caller.ts'
import { Attempt } from './attempt.ts'
import { converging } from './conversing.ts'
import type { DeliverEffects } from './effects.ts'
import { inputOf } from './input.ts'
import { SingleTalk } from './single.ts'

/**
 * One attempt at a delivery in hand: its intent stands in the store, so an end without a word
 * leaves it unknown. Looks before it sends where it may have arrived; records what became of it and
 * what follows.
 */
export async function attempt(
  delivery: ClaimedDelivery,
  connectors: ReadonlyMap<string, Connector>,
  effects: DeliverEffects,
): Promise<void> {
  const { endpoint, reference } = delivery
  const record = new Attempt(delivery, effects)
  const connector = connectors.get(endpoint.connector)
  const operation = operationOf(connector, delivery.operation)
  if (connector === undefined || operation === null) {
    const { id, connector: wanted } = endpoint
    const facts = { endpoint: id, connector: wanted, operation: delivery.operation }
    return record.parked(faultView('ENDPOINT_UNKNOWN_CONNECTOR', facts))
  }
  const read = inputOf(operation, delivery)
  if ('fate' in read) return record.failed(read, null, connector.title)
  const talk = {
    attempt: record,
    caller: new Caller(connector, endpoint, reference, effects),
    context: { reference, settings: endpoint.settings },
    input: read.input,
    title: connector.title,
    nowMs: () => effects.nowMs(),
  }
  return 'converse' in operation
    ? converging(operation, talk)
    : new SingleTalk(operation, talk).run()
}

/** As it is run: its input is checked against what it takes before it is handed over. */
function operationOf(
  connector: Connector | undefined,
  name: string,
): Operation<unknown, unknown> | null {
  const operation = Object.hasOwn(connector?.operations ?? {}, name)
    ? connector?.operations[name]
    : undefined
  return (operation ?? null) as Operation<unknown, unknown> | null
}
