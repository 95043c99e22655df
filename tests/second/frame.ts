/** What travels inside a frame, by the tables of `src/protocol/README.md`. */
import { cut, integer, integerOf, isZero, join, Refusal, zeros } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { FRAME_SIZES, OVERHEAD } from './ratchet.ts'

export const CONFIRM = 1
export const ACK = 2
export const MESSAGE = 3
export const RECEIPT = 4
export const NACK = 5
export const PING = 6
export const PONG = 7
export const BYE = 8
export const REKEY = 9
export const BUNDLE = 10

export type Frame = { readonly type: number; readonly id: Bytes; readonly body: Bytes }

export const NO_ID = zeros(16)
export const frame = (type: number, body: Bytes = zeros(0), id: Bytes = NO_ID): Frame => ({ type, id, body })

/** Padded to the smallest frame that holds it. */
export function contentOf({ type, id, body }: Frame): Bytes {
  const filled = join(Uint8Array.of(type), id, integer(body.length, 4), body)
  const size = FRAME_SIZES.find((bytes) => bytes - OVERHEAD >= filled.length)
  if (size === undefined) throw new Refusal('too-large')
  return join(filled, zeros(size - OVERHEAD - filled.length))
}

/** The frame in an authenticated content; nonsense is `malformed`. Types of a newer version are not looked into. */
export function frameOf(content: Bytes): Frame {
  const [type, id, length, rest] = cut(content, 1, 16, 4)
  const [body, padding] = cut(rest, integerOf(length))
  if (!isZero(padding)) throw new Refusal('malformed', 'padding')
  const read = frame(type[0]!, body, id)
  if (!isSense(read)) throw new Refusal('malformed', `type ${read.type}`)
  return read
}

function isSense({ type, id, body }: Frame): boolean {
  const noId = isZero(id)
  switch (type) {
    case CONFIRM:
      return noId && body.length === 4
    case ACK:
    case PING:
    case PONG:
    case BYE:
      return noId && body.length === 0
    case RECEIPT:
      return noId && isReceipt(body)
    case NACK:
      return body.length === 2
    case REKEY:
      return noId && (body[0] === 1 || body[0] === 2)
    case BUNDLE:
      return noId && isBundle(body)
    // What a message says is not looked into here.
    default:
      return type !== 0
  }
}

function isBundle(body: Bytes): boolean {
  let count = 0
  for (let rest = body; rest.length > 0; count++) {
    if (rest.length < 18) return false
    const next = 18 + integerOf(rest.slice(16, 18))
    if (next > rest.length) return false
    rest = rest.slice(next)
  }
  return count >= 1 && count <= 64
}

function isReceipt(body: Bytes): boolean {
  const ids = (body.length - 1) / 16
  return (body[0] === 1 || body[0] === 2) && Number.isInteger(ids) && ids >= 1 && ids <= 256
}

export function isUtf8(bytes: Bytes): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
