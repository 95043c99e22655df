/**
 * The only byte helpers in the house: a bounded reader and writer, comparison, and text encodings.
 * Integers are big-endian and unsigned. Knows nothing of keys or formats.
 */
import { ProtocolError } from './errors.ts'

/** Every byte string in the house: a plain Uint8Array on its own ArrayBuffer. */
export type Bytes = Uint8Array<ArrayBuffer>

/** Reads a byte string from front to back. Every method throws ProtocolError('malformed') when too few bytes are left. */
export class Reader {
  readonly #bytes: Bytes
  #at = 0

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#uint(1)
  }

  u16(): number {
    return this.#uint(2)
  }

  u32(): number {
    return this.#uint(4)
  }

  /** 6 bytes: up to 2^48 − 1, so exact in a number. */
  u48(): number {
    return this.#uint(6)
  }

  /** The next `length` bytes, copied. */
  take(length: number): Bytes {
    return this.view(length).slice()
  }

  /** The next `length` bytes where they lie: for what is read at once and not kept. */
  view(length: number): Bytes {
    if (length > this.left) throw new ProtocolError('malformed')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** Everything that is left, copied. */
  rest(): Bytes {
    return this.take(this.left)
  }

  /** Throws 'malformed' if bytes remain. */
  end(): void {
    if (this.left !== 0) throw new ProtocolError('malformed')
  }

  #uint(size: number): number {
    if (size > this.left) throw new ProtocolError('malformed')
    let n = 0
    for (const end = this.#at + size; this.#at < end; this.#at++) n = n * 256 + this.#bytes[this.#at]!
    return n
  }
}

/** Collects parts; `done` gives them as one, once. An integer that does not fit its field throws ProtocolError('too-large'). */
export class Writer {
  /** Overwritten when it is left: there may be secrets among the parts. */
  #bytes: Bytes = new Uint8Array(64)
  #length = 0

  u8(n: number): this {
    return this.#uint(n, 1)
  }

  u16(n: number): this {
    return this.#uint(n, 2)
  }

  u32(n: number): this {
    return this.#uint(n, 4)
  }

  u48(n: number): this {
    return this.#uint(n, 6)
  }

  put(bytes: Uint8Array): this {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  done(): Bytes {
    const all = this.#bytes.slice(0, this.#length)
    wipe(this.#bytes)
    this.#length = 0
    return all
  }

  #uint(n: number, size: number): this {
    if (!Number.isInteger(n) || n < 0 || n >= 256 ** size) throw new ProtocolError('too-large')
    this.#room(size)
    for (let i = size - 1, rest = n; i >= 0; i--, rest = Math.floor(rest / 256))
      this.#bytes[this.#length + i] = rest % 256
    this.#length += size
    return this
  }

  #room(size: number): void {
    const wanted = this.#length + size
    if (wanted <= this.#bytes.length) return
    const smaller = this.#bytes
    this.#bytes = padTo(smaller, Math.max(wanted, 2 * smaller.length))
    wipe(smaller)
  }
}

export function concat(...parts: Uint8Array[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Compares without an early exit; only the lengths can show in the time taken (as far as JavaScript can promise that). */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

/** Bytewise order, a prefix first: negative, zero or positive. For roles and sorting, not for secrets. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/**
 * Overwrites secrets that are done with. JavaScript may have copied them elsewhere (the engine moves what it collects), so
 * this shortens their life and promises no more.
 */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0)
}

/** True when every byte is zero, without an early exit. */
export function isZero(bytes: Uint8Array): boolean {
  let any = 0
  for (const byte of bytes) any |= byte
  return any === 0
}

/** `bytes` followed by zeros up to `length`. */
export function padTo(bytes: Uint8Array, length: number): Bytes {
  const out = new Uint8Array(length)
  out.set(bytes)
  return out
}

const HEX_DIGITS = '0123456789abcdef'
const HEX = Array.from(HEX_DIGITS, (sign) => sign.charCodeAt(0))

/** Lower case. For ids and keys: RangeError far above 4 KiB. */
export function toHex(bytes: Uint8Array): string {
  // Every id that is read passes here: one flat string is a third of the work of one made of pieces.
  const codes: number[] = []
  for (let i = 0; i < bytes.length; i++) codes.push(HEX[bytes[i]! >> 4]!, HEX[bytes[i]! & 15]!)
  return String.fromCharCode.apply(undefined, codes)
}

function digit(sign: string): number {
  const value = HEX_DIGITS.indexOf(sign)
  if (value < 0) throw new ProtocolError('malformed')
  return value
}

/** Lower case only, so that one byte string has one spelling; else ProtocolError('malformed'). */
export function fromHex(text: string): Bytes {
  if (text.length % 2 !== 0) throw new ProtocolError('malformed')
  const out = new Uint8Array(text.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = 16 * digit(text[2 * i]!) + digit(text[2 * i + 1]!)
  return out
}

const COMMON = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const BASE64 = `${COMMON}+/`
const BASE64URL = `${COMMON}-_`

/** RFC 4648 §5 without padding. */
export function toBase64url(bytes: Uint8Array): string {
  return encode64(bytes, BASE64URL)
}

/** Strict: no padding, no other character, unused bits zero; else ProtocolError('malformed'). */
export function fromBase64url(text: string): Bytes {
  return decode64(text, BASE64URL)
}

/** RFC 4648 §4, padded. */
export function toBase64(bytes: Uint8Array): string {
  const text = encode64(bytes, BASE64)
  return text + '='.repeat(-text.length & 3)
}

/** Strict: padded to a multiple of four, no other character, unused bits zero; else ProtocolError('malformed'). */
export function fromBase64(text: string): Bytes {
  const bare = text.replace(/={1,2}$/, '')
  if (text.length !== bare.length + (-bare.length & 3)) throw new ProtocolError('malformed')
  return decode64(bare, BASE64)
}

function encode64(bytes: Uint8Array, alphabet: string): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const characters = Math.min(bytes.length - i, 3) + 1
    for (let k = 0; k < characters; k++) text += alphabet[(group >> (18 - 6 * k)) & 63]
  }
  return text
}

function decode64(text: string, alphabet: string): Bytes {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (const character of text) {
    const value = alphabet.indexOf(character)
    if (value < 0) throw new ProtocolError('malformed')
    bits = ((bits << 6) | value) & 0xfff
    held += 6
    if (held >= 8) {
      held -= 8
      out[at++] = bits >> held
    }
  }
  // One left-over character carries no byte, and left-over bits must be zero: one byte string, one spelling.
  if (text.length % 4 === 1 || (bits & ((1 << held) - 1)) !== 0) throw new ProtocolError('malformed')
  return out
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Throws ProtocolError('malformed') on a lone surrogate: there is no UTF-8 for it, and replacing it would alter the text. */
export function utf8(text: string): Bytes {
  if (/\p{Surrogate}/u.test(text)) throw new ProtocolError('malformed')
  return encoder.encode(text)
}

/** Fatal on anything that is not UTF-8, and keeps a leading U+FEFF: text comes back as it was sent. */
export function fromUtf8(bytes: Bytes): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new ProtocolError('malformed')
  }
}
