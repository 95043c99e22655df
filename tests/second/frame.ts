/** What travels inside a frame, by the tables of `src/protocol/README.md`. */
import { cut, integer, integerOf, isZero, join, Refusal, zeros, type Bytes } from './crypto.ts'
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
  const [type, id, length, rest] = cut(content, 1, 16, 4) as [Bytes, Bytes, Bytes, Bytes]
  const [body, padding] = cut(rest, integerOf(length)) as [Bytes, Bytes]
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
    case MESSAGE:
      return body.length >= 4 && isMessage(body.slice(4))
    case RECEIPT:
      return noId && isReceipt(body)
    case NACK:
      return body.length === 2
    case REKEY:
      return noId && (body[0] === 1 || body[0] === 2)
    default:
      return type !== 0
  }
}

function isReceipt(body: Bytes): boolean {
  const ids = (body.length - 1) / 16
  return (body[0] === 1 || body[0] === 2) && Number.isInteger(ids) && ids >= 1 && ids <= 256
}

const TEXT = 1
const MAX_TEXT = 15_000

function isMessage(message: Bytes): boolean {
  if (message.length === 0) return false
  if (message[0] !== TEXT) return true
  const text = message.slice(1)
  return text.length >= 1 && text.length <= MAX_TEXT && isUtf8(text) && !text.includes(0)
}

export function isUtf8(bytes: Bytes): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

export const text = (words: string): Bytes => join(Uint8Array.of(TEXT), new Uint8Array(Buffer.from(words, 'utf8')))
