/** A day: who asks for more is asked again sooner. */
const waitMaxMs = 86_400_000

/**
 * How long a Retry-After asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110 §10.2.3).
 * A date that is over asks for nothing. Null where there is no such header, or none that can be
 * read: then the schedule holds.
 */
export function waitMsOf(header: string | undefined, nowMs: number): number | null {
  const asked = header === undefined ? null : askedMs(header.trim(), nowMs)
  return asked === null ? null : Math.min(Math.max(asked, 0), waitMaxMs)
}

function askedMs(value: string, nowMs: number): number | null {
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const atMs = dateMs(value, nowMs)
  return atMs === null ? null : atMs - nowMs
}

const months = [
  'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec',
]
/** `Wed, 21 Oct 2026 07:28:00 GMT`, the form that senders must use. */
const imfFixdate = /^\w{3}, (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>[\d:]{8}) GMT$/
/** `Wednesday, 21-Oct-26 07:28:00 GMT` and `Wed Oct 21 07:28:00 2026`: still to be read. */
const rfc850Date = /^\w+day, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>[\d:]{8}) GMT$/
const asctimeDate = /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>[\d:]{8}) (?<year>\d{4})$/

/** RFC 9110 §5.6.7; null where it is no date. */
function dateMs(value: string, nowMs: number): number | null {
  const found = imfFixdate.exec(value) ?? rfc850Date.exec(value) ?? asctimeDate.exec(value)
  const { day = '', month = '', year = '', time = '' } = found?.groups ?? {}
  const [hours = NaN, minutes = NaN, seconds = NaN] = time.split(':').map(Number)
  const at = months.indexOf(month)
  if (found === null || at < 0 || hours > 23 || minutes > 59 || seconds > 60) return null
  const ms = Date.UTC(fullYear(year, nowMs), at, Number(day), hours, minutes, seconds)
  return Number.isNaN(ms) ? null : ms
}

/** Two digits mean the year that is less than 50 years ahead (RFC 9110 §5.6.7). */
function fullYear(year: string, nowMs: number): number {
  if (year.length === 4) return Number(year)
  const thisYear = new Date(nowMs).getUTCFullYear()
  const same = thisYear - (thisYear % 100) + Number(year)
  return same > thisYear + 50 ? same - 100 : same
}
