import { decodeX12 } from './reader.ts'
import type { ReadOptions } from './reader.ts'
import type { X12Fault } from './types.ts'

/**
 * What our own reader finds wrong with bytes about to leave. We are stricter with ourselves than
 * with partners (DESIGN §5): whatever is more than a note, unlisted codes and lengths included,
 * must not be sent. A profile that calls a fault a note lets it pass. Empty: send it.
 */
export function checkOutgoing(bytes: Uint8Array, options: ReadOptions): readonly X12Fault[] {
  const found: X12Fault[] = []
  const decoder = decodeX12({
    fault: (fault) => { if (fault.severity !== 'note') found.push(fault) },
  }, options)
  decoder.push(bytes)
  decoder.end()
  return found
}
