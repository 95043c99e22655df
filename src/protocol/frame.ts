/**
 * What travels inside a session: a closed union, each frame padded to one of seven sizes.
 * NOT its concern: encryption (session.ts), the content of a message (message.ts).
 */
import { isZero, Reader, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'

export type Frame =
  /** The initiator's first: "I have stored what I need". `caps`: capability bits, u32. */
  | { readonly type: 'confirm'; readonly caps: number }
  /** The responder's answer; only now are the two connected. */
  | { readonly type: 'ack' }
  /** `id`: 16 random bytes, the same at every repetition. `body`: message.ts. */
  | { readonly type: 'message'; readonly id: Bytes; readonly body: Bytes }
  /** Messages in the order of their numbers, 1 to MAX_BUNDLE, for who says CAP_BUNDLES. */
  | { readonly type: 'bundle'; readonly messages: readonly Bundled[] }
  /** 1 to 256 ids. */
  | { readonly type: 'receipt'; readonly what: 'delivered' | 'read'; readonly ids: readonly Bytes[] }
  /** The message of this id was refused; `code` u16. */
  | { readonly type: 'nack'; readonly id: Bytes; readonly code: number }
  | { readonly type: 'ping' }
  | { readonly type: 'pong' }
  | { readonly type: 'bye' }
  /** A handshake message inside the session: the initiator's offer, the responder's answer (rekey.ts). */
  | { readonly type: 'rekey'; readonly step: 'offer' | 'answer'; readonly message: Bytes }
  /** Authenticated, from a newer version: to be ignored. Cannot be encoded. */
  | { readonly type: 'unknown'; readonly code: number }

/** What a 'message' frame of its own would carry. */
export type Bundled = { readonly id: Bytes; readonly body: Bytes }

/** Capability bit: takes bundles. */
export const CAP_BUNDLES = 1
/** All that this version can. */
export const CAPS = CAP_BUNDLES

const CODES = {
  confirm: 1,
  ack: 2,
  message: 3,
  receipt: 4,
  nack: 5,
  ping: 6,
  pong: 7,
  bye: 8,
  rekey: 9,
  bundle: 10,
} as const
const STEPS = { offer: 1, answer: 2 } as const
const RECEIPTS = { delivered: 1, read: 2 } as const
const ID_BYTES = 16
export const MAX_BUNDLE = 64
/** id 16 ‖ length u16 */
const BUNDLED_HEADER_BYTES = ID_BYTES + 2
const NO_ID = new Uint8Array(ID_BYTES)
export const MAX_RECEIPTS = 256
/** type u8 ‖ id 16 ‖ length u32 */
export const FRAME_HEADER_BYTES = 1 + ID_BYTES + 4

/** type u8 ‖ id 16 (zeros where there is none) ‖ length u32 ‖ body. Throws 'malformed' or 'too-large' on a field out of range. */
export function encodeFrame(frame: Frame): Bytes {
  if (frame.type === 'unknown') throw new ProtocolError('malformed')
  const id = 'id' in frame ? frame.id : NO_ID
  if (id.length !== ID_BYTES) throw new ProtocolError('malformed')
  const body = encodeBody(frame)
  return new Writer().u8(CODES[frame.type]).put(id).u32(body.length).put(body).done()
}

function encodeBody(frame: Exclude<Frame, { type: 'unknown' }>): Bytes {
  const writer = new Writer()
  switch (frame.type) {
    case 'confirm':
      return writer.u32(frame.caps).done()
    case 'message':
      return frame.body
    case 'bundle':
      checkIds(
        frame.messages.map(({ id }) => id),
        MAX_BUNDLE,
      )
      for (const { id, body } of frame.messages) writer.put(id).u16(body.length).put(body)
      return writer.done()
    case 'nack':
      return writer.u16(frame.code).done()
    case 'receipt':
      checkIds(frame.ids, MAX_RECEIPTS)
      writer.u8(RECEIPTS[frame.what])
      for (const id of frame.ids) writer.put(id)
      return writer.done()
    case 'rekey':
      return writer.u8(STEPS[frame.step]).put(frame.message).done()
    default:
      return writer.done()
  }
}

function checkIds(ids: readonly Bytes[], most: number): void {
  if (ids.length > most) throw new ProtocolError('too-large')
  if (ids.length === 0 || ids.some((id) => id.length !== ID_BYTES)) throw new ProtocolError('malformed')
}

/** Throws 'malformed' on anything `encodeFrame` and padding do not make, except types of a newer version. */
export function decodeFrame(bytes: Bytes): Frame {
  const reader = new Reader(bytes)
  const code = reader.u8()
  const id = reader.take(ID_BYTES)
  const body = new Reader(reader.view(reader.u32()))
  if (code === 0 || !isZero(reader.view(reader.left))) throw new ProtocolError('malformed')
  const frame = readFrame(code, id, body)
  if (frame.type === 'unknown') return frame
  body.end()
  if (!('id' in frame) && !isZero(id)) throw new ProtocolError('malformed')
  return frame
}

function readFrame(code: number, id: Bytes, body: Reader): Frame {
  switch (code) {
    case CODES.confirm:
      return { type: 'confirm', caps: body.u32() }
    case CODES.ack:
      return { type: 'ack' }
    case CODES.message:
      return { type: 'message', id, body: body.rest() }
    case CODES.receipt:
      return readReceipt(body)
    case CODES.nack:
      return { type: 'nack', id, code: body.u16() }
    case CODES.ping:
      return { type: 'ping' }
    case CODES.pong:
      return { type: 'pong' }
    case CODES.bye:
      return { type: 'bye' }
    case CODES.rekey:
      return readRekey(body)
    case CODES.bundle:
      return readBundle(body)
    default:
      return { type: 'unknown', code }
  }
}

function readRekey(body: Reader): Frame {
  const step = body.u8()
  if (step !== STEPS.offer && step !== STEPS.answer) throw new ProtocolError('malformed')
  return { type: 'rekey', step: step === STEPS.offer ? 'offer' : 'answer', message: body.rest() }
}

function readBundle(body: Reader): Frame {
  const messages: Bundled[] = []
  while (body.left > 0 && messages.length <= MAX_BUNDLE)
    messages.push({ id: body.take(ID_BYTES), body: body.take(body.u16()) })
  if (messages.length === 0 || messages.length > MAX_BUNDLE) throw new ProtocolError('malformed')
  return { type: 'bundle', messages }
}

/** Bytes of a bundle's body. */
export function bundleBytes(messages: readonly Bundled[]): number {
  return messages.reduce((sum, { body }) => sum + BUNDLED_HEADER_BYTES + body.length, 0)
}

function readReceipt(body: Reader): Frame {
  const what = body.u8()
  if (what !== RECEIPTS.delivered && what !== RECEIPTS.read) throw new ProtocolError('malformed')
  const ids: Bytes[] = []
  while (body.left > 0) ids.push(body.take(ID_BYTES))
  if (ids.length === 0 || ids.length > MAX_RECEIPTS) throw new ProtocolError('malformed')
  return { type: 'receipt', what: what === RECEIPTS.read ? 'read' : 'delivered', ids }
}
