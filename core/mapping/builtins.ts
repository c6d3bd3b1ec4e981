/** What JSONata 2.2.2 itself brings; a name that is neither here nor ours is a slip of the pen. */
export const builtins: ReadonlySet<string> = new Set(
  (
    'sum count max min average string substring substringBefore substringAfter lowercase ' +
    'uppercase length trim match contains replace split join formatNumber formatBase ' +
    'formatInteger parseInteger number floor ceil round abs sqrt power boolean not map zip ' +
    'filter single reduce sift keys append exists spread merge reverse each error ' +
    'assert type sort distinct base64encode base64decode encodeUrlComponent encodeUrl ' +
    'decodeUrlComponent decodeUrl toMillis fromMillis clone'
  ).split(' '),
)

/**
 * What no mapping may use, and why. A document must come out the same tomorrow (clock, chance), be
 * readable before it runs (`$eval`), and not take the process down (`$pad` to a width of a thousand
 * million).
 */
export const refused: ReadonlyMap<string, string> = new Map([
  ['now', 'a mapping gives the same tomorrow'],
  ['millis', 'a mapping gives the same tomorrow'],
  ['random', 'a mapping gives the same every time'],
  ['shuffle', 'a mapping gives the same every time'],
  ['eval', 'an expression stands in the mapping, not in the message'],
  ['pad', 'its width has no bound'],
])
