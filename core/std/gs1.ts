/** Serial numbers and check digits of the GS1 General Specifications. */

/** The check digit of §7.9: weights 3 and 1 from the right. `digits` are those before it. */
export function gs1CheckDigit(digits: string): string {
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const weight = (digits.length - at) % 2 === 1 ? 3 : 1
    sum += weight * Number(digits[at])
  }
  return String((10 - (sum % 10)) % 10)
}

/** Serial numbers there are below a company prefix: its SSCCs have 16 digits for both. */
export function ssccSerialsOf(companyPrefix: string): number {
  return 10 ** (16 - companyPrefix.length)
}

/** AI 00: extension digit, company prefix, serial filled up with zeros, check digit. */
export function sscc(extension: string, companyPrefix: string, serial: number): string {
  const filled = String(serial).padStart(16 - companyPrefix.length, '0')
  const digits = `${extension}${companyPrefix}${filled}`
  return digits + gs1CheckDigit(digits)
}

/** Whether it is an SSCC: eighteen digits with the right check digit. */
export function isSscc(text: string): boolean {
  return /^\d{18}$/.test(text) && gs1CheckDigit(text.slice(0, -1)) === text.slice(-1)
}
