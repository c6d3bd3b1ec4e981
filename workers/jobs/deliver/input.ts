import type { Content, Operation } from '#connectors/_kit/contract.ts'
import { failed } from '#connectors/_kit/fate.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import { compileSchema } from '#core/documents/schema.ts'
import type { JsonSchema, SchemaCheck } from '#core/documents/schema.ts'
import type { ClaimedDelivery } from '#prisma/store/deliver.ts'

/** What an operation is handed of a delivery's message. */
export type Input = { readonly input: unknown } | Verdict

/** Where an operation does not take what there is, it is refused before anything is sent. */
export function inputOf(
  operation: Operation<unknown, unknown>,
  { contentType, body }: ClaimedDelivery,
): Input {
  if (operation.takes === 'content') {
    return { input: { contentType, bytes: body } satisfies Content }
  }
  const input = parsed(body)
  if (input === undefined) return unfit('the message is no JSON')
  const [fault] = checkOf(operation.input)(input)
  return fault === undefined ? { input } : unfit(`${fault.field} ${fault.reason}`)
}

function unfit(says: string): Verdict {
  return failed('refused', 'input_unfit', says)
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

const checks = new WeakMap<object, SchemaCheck>()

/** Compiling is slow, and a connector's schemas are there for good. */
function checkOf(schema: JsonSchema): SchemaCheck {
  const check = checks.get(schema) ?? compileSchema(schema)
  checks.set(schema, check)
  return check
}
