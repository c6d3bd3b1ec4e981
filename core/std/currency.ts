import Big from 'big.js'
import { parseDecimal, type Decimal } from './decimal.ts'

/** Digits after the point of each currency in ISO 4217 list one, by number of digits. */
const currenciesByDigits: readonly (readonly [digits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN ' +
      'BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ' +
      'ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD ' +
      'KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR ' +
      'MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB ' +
      'SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY ' +
      'TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL',
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]

const digitsByCurrency: ReadonlyMap<string, number> = new Map(
  currenciesByDigits.flatMap(([digits, codes]) =>
    codes.split(' ').map((code) => [code, digits] as const),
  ),
)

/**
 * Digits after the point of the currency's minor unit (ISO 4217); undefined for what is no
 * currency.
 */
export function minorDigits(currency: string): number | undefined {
  return digitsByCurrency.get(currency)
}

/**
 * An amount in major units (`12.5`) as an integer of minor units (`1250` for USD, as text).
 * Undefined when the currency is unknown, the text is no number, or the amount is finer than the
 * minor unit: money is never rounded in passing.
 */
export function toMinor(amount: Decimal, currency: string): string | undefined {
  const digits = minorDigits(currency)
  const decimal = parseDecimal(amount)
  if (digits === undefined || decimal === undefined) return undefined
  const minor = new Big(decimal).times(new Big(10).pow(digits))
  return minor.round(0, Big.roundDown).eq(minor) ? minor.toFixed() : undefined
}

/** The inverse of `toMinor`: `1250` of USD is `12.5`. */
export function toMajor(amountMinor: string, currency: string): Decimal | undefined {
  const digits = minorDigits(currency)
  if (digits === undefined || !/^-?\d{1,60}$/.test(amountMinor)) return undefined
  return parseDecimal(new Big(amountMinor).times(new Big(10).pow(-digits)).toFixed())
}
