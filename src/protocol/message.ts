/**
 * What people say to each other: a closed, versioned, bounded union, decoded at the edge.
 * NOT its concern: ids, order, delivery (the frame's and the chat's).
 */
import { concat, fromUtf8, utf8 } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'

/** UTF-8 bytes of one text: fits the largest frame (16,266 bytes of body) with room for later fields. */
export const MAX_TEXT_BYTES = 15_000

export type Message =
  | { readonly kind: 'text'; readonly text: string }
  /** From a newer version: kept as it came, shown as "needs a newer version". `raw`: the whole encoding. */
  | { readonly kind: 'unknown'; readonly raw: Bytes }

const TEXT = 1

/** Layout: kind u8 ‖ content. Throws 'malformed' on an empty text, U+0000 or a lone surrogate, 'too-large' over 15,000 bytes. */
export function encodeMessage(message: Message): Bytes {
  if (message.kind === 'unknown') return message.raw
  const text = utf8(message.text)
  checkText(text)
  return concat(Uint8Array.of(TEXT), text)
}

/** Throws 'malformed' or 'too-large' as `encodeMessage`; a kind we do not know is a message all the same. */
export function decodeMessage(bytes: Bytes): Message {
  const kind = bytes[0]
  if (kind === undefined || kind === 0) throw new ProtocolError('malformed')
  if (kind !== TEXT) return { kind: 'unknown', raw: bytes.slice() }
  const text = bytes.slice(1)
  checkText(text)
  return { kind: 'text', text: fromUtf8(text) }
}

function checkText(text: Bytes): void {
  if (text.length > MAX_TEXT_BYTES) throw new ProtocolError('too-large')
  if (text.length === 0 || text.includes(0)) throw new ProtocolError('malformed')
}
