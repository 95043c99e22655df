/**
 * The body of a 'message' frame: its number among the messages of this session and direction, then the message. Keys can be
 * skipped in a ratchet; the number is what lets the receiver refuse a message before the ones it follows have come.
 */
import { Reader, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'

export type Numbered = { readonly index: number; readonly message: Bytes }

/** index u32, from 0 ‖ message. */
export function encodeNumbered({ index, message }: Numbered): Bytes {
  return new Writer().u32(index).put(message).done()
}

/** Throws 'malformed' when cut short. */
export function decodeNumbered(body: Bytes): Numbered {
  const reader = new Reader(body)
  return { index: reader.u32(), message: reader.rest() }
}
