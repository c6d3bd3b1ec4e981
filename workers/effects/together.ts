/**
 * Makes one call of many: what is asked for while a call is under way goes with the next one, in
 * its order. What comes alone waits for nobody. Where a call for several fails, each is asked for
 * by itself, so that one that cannot be done fails alone.
 *
 * @param call answers one for each item, in their order.
 */
export function together<Item, Answer>(
  call: (items: readonly Item[]) => Promise<readonly Answer[]>,
  itemsMax: number,
): (item: Item) => Promise<Answer> {
  const waiting: Asked<Item, Answer>[] = []
  let underWay = false

  async function work(): Promise<void> {
    underWay = true
    while (waiting.length > 0) await settle(call, waiting.splice(0, itemsMax))
    underWay = false
  }

  return (item) => {
    const settling = Promise.withResolvers<Answer>()
    waiting.push({ item, settling })
    if (!underWay) void work()
    return settling.promise
  }
}

interface Asked<Item, Answer> {
  readonly item: Item
  readonly settling: PromiseWithResolvers<Answer>
}

async function settle<Item, Answer>(
  call: (items: readonly Item[]) => Promise<readonly Answer[]>,
  asked: readonly Asked<Item, Answer>[],
): Promise<void> {
  try {
    const answers = await call(asked.map(({ item }) => item))
    for (const [index, { settling }] of asked.entries()) settling.resolve(answers[index] as Answer)
  } catch (error) {
    if (asked.length > 1) await Promise.all(asked.map((one) => settle(call, [one])))
    else asked[0]?.settling.reject(error)
  }
}
