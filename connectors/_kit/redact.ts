/** Shorter ones stand in any text by chance, and guard nothing. */
const secretCharactersMin = 4

/** A text without these secrets: the other side may repeat in an answer what it was sent. */
export function redacted(text: string, secrets: Iterable<string>): string {
  // The longest first, so that of one secret inside another no rest is left.
  const longest = [...secrets]
    .filter(({ length }) => length >= secretCharactersMin)
    .sort((a, b) => b.length - a.length)
  return longest.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text)
}
