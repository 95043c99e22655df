/** Field types that several rows share, on top of the bounded reader and writer. */
import { fromUtf8, utf8, type Bytes, type Reader, type Writer } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'

/** Keys, secrets and topics. */
export const KEY_BYTES = 32
/** A pasted draft may be long, but not endless. */
const MAX_TEXT_BYTES = 1 << 20

/** Exactly `length` bytes. A field of another length is a bug of the caller: RangeError. */
export function putFixed(out: Writer, bytes: Bytes, length: number): void {
  if (bytes.length !== length) throw new RangeError(`field of ${bytes.length} bytes, not ${length}`)
  out.put(bytes)
}

/**
 * length u32 ‖ UTF-8. Half a surrogate pair (an input method cut short) becomes U+FFFD: keeping the rest matters more
 * than refusing the row. RangeError above 1 MiB.
 */
export function putText(out: Writer, text: string): void {
  const bytes = utf8(text.replace(/\p{Surrogate}/gu, '\uFFFD'))
  if (bytes.length > MAX_TEXT_BYTES) throw new RangeError('text too long')
  out.u32(bytes.length).put(bytes)
}

export function takeText(from: Reader): string {
  const length = from.u32()
  if (length > MAX_TEXT_BYTES || length > from.left) throw new ProtocolError('malformed')
  return fromUtf8(from.view(length))
}

/** One bit each, lowest first. */
export function putFlags(out: Writer, ...flags: readonly boolean[]): void {
  out.u8(flags.reduce((byte, flag, bit) => byte | (flag ? 1 << bit : 0), 0))
}

/** `count` flags; any higher bit set is malformed. */
export function takeFlags(from: Reader, count: number): readonly boolean[] {
  const byte = from.u8()
  if (byte >> count !== 0) throw new ProtocolError('malformed')
  const flags: boolean[] = []
  for (let bit = 0; bit < count; bit++) flags.push((byte & (1 << bit)) !== 0)
  return flags
}

/** A member of a closed list as its index, u8. Lists are only ever appended to. */
export function putChoice<T>(out: Writer, choices: readonly T[], choice: T): void {
  const index = choices.indexOf(choice)
  if (index < 0) throw new RangeError('not a choice')
  out.u8(index)
}

export function takeChoice<T>(from: Reader, choices: readonly T[]): T {
  const index = from.u8()
  const choice = choices[index]
  if (choice === undefined) throw new ProtocolError('malformed')
  return choice
}

/** count u8 ‖ items. */
export function putList<T>(out: Writer, items: readonly T[], put: (item: T) => void): void {
  if (items.length > 255) throw new RangeError('list too long')
  out.u8(items.length)
  for (const item of items) put(item)
}

export function takeList<T>(from: Reader, take: () => T): readonly T[] {
  return Array.from({ length: from.u8() }, take)
}
