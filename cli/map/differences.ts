/** Lines that differ between two texts, with a few around them, as `- expected` and `+ actual`. */
export function differences(expected: string, actual: string): string {
  const from = expected.split('\n')
  const to = actual.split('\n')
  const head = commonLength(from, to)
  const tail = commonLength(from.slice(head).reverse(), to.slice(head).reverse())
  const around = 3
  return [
    ...from.slice(Math.max(0, head - around), head).map((line) => `  ${line}`),
    ...from.slice(head, from.length - tail).map((line) => `- ${line}`),
    ...to.slice(head, to.length - tail).map((line) => `+ ${line}`),
    ...to.slice(to.length - tail, to.length - tail + around).map((line) => `  ${line}`),
  ].join('\n')
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}
