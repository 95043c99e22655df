/**
 * A long code as pictures that follow each other: each a part of its bytes, with its number and how many there are. A reader
 * takes them in any order, and several codes side by side.
 */
import type { Bytes } from '../protocol/bytes.ts'

const CODE = /^sotto-hand-1\.([\w-]+)$/
const MAGIC = [0x53, 0x4f, 0x54, 0x54, 0x4f, 0x48, 1]
/** Of the whole code: the last four bytes are its checksum. */
const ID_BYTES = 4
const HEAD_BYTES = MAGIC.length + 2 + ID_BYTES
/** With its head a QR code of version 11 at the lowest level: still large modules on a small screen. */
const PART_BYTES = 308
/** The longest code has 12. */
const MAX_FRAMES = 16
/** Codes that are put together side by side. */
const MAX_CODES = 4

/** Byte by byte: magic 7 ‖ index u8 ‖ count u8 ‖ id 4 ‖ part. */
export function framesOf(code: string): readonly Bytes[] {
  const bytes = fromBase64url(CODE.exec(code)?.[1] ?? '')
  const count = Math.ceil(bytes.length / PART_BYTES)
  const size = Math.ceil(bytes.length / count)
  return Array.from({ length: count }, (_, i) => {
    const part = bytes.subarray(i * size, (i + 1) * size)
    return Uint8Array.from([...MAGIC, i, count, ...bytes.subarray(-ID_BYTES), ...part])
  })
}

export type Frame = { readonly id: string; readonly index: number; readonly count: number; readonly part: Bytes }

/** Undefined: not a part of a code. */
export function parseFrame(bytes: Bytes): Frame | undefined {
  const [index = 0, count = 0] = bytes.subarray(MAGIC.length)
  if (bytes.length <= HEAD_BYTES || bytes.length > HEAD_BYTES + PART_BYTES) return undefined
  if (MAGIC.some((byte, i) => bytes[i] !== byte) || index >= count || count > MAX_FRAMES) return undefined
  const id = bytes.subarray(HEAD_BYTES - ID_BYTES, HEAD_BYTES).join()
  return { id, index, count, part: bytes.slice(HEAD_BYTES) }
}

/** How many parts of the code that was seen last are there; with the last of them the code. */
export type Gathered = { readonly have: number; readonly of: number; readonly code?: string }

/** Puts codes together. A part that was seen is not replaced: if the whole is wrong, it begins anew. */
export class Gatherer {
  readonly #codes = new Map<string, Map<number, Bytes>>()

  /** Undefined: not a part of a code. */
  take(bytes: Bytes): Gathered | undefined {
    const frame = parseFrame(bytes)
    if (!frame) return undefined
    const parts = this.#codes.get(frame.id) ?? new Map<number, Bytes>()
    if (!parts.has(frame.index)) parts.set(frame.index, frame.part)
    if (this.#codes.size >= MAX_CODES) this.#codes.clear()
    this.#codes.set(frame.id, parts)
    if (parts.size < frame.count) return { have: parts.size, of: frame.count }
    this.#codes.delete(frame.id)
    const whole = Array.from({ length: frame.count }, (_, i) => [...(parts.get(i) ?? [])]).flat()
    return { have: frame.count, of: frame.count, code: `sotto-hand-1.${toBase64url(whole)}` }
  }
}

function fromBase64url(text: string): Bytes {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0))
}

function toBase64url(bytes: readonly number[]): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
