/**
 * The body of an 'hs1' envelope: the responder's nonce this HS1 was made for, then HS1. A responder with one live nonce knows
 * at once whether it is meant, so that a relay that repeats an old box costs no DH and cannot make it say "unknown secret".
 */
import { concat, Reader } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'

const NONCE_BYTES = 16

export type Call = { readonly nonce: Bytes; readonly message: Bytes }

/** nonce 16 ‖ HS1. Throws 'malformed' on a nonce of another length. */
export function encodeCall({ nonce, message }: Call): Bytes {
  if (nonce.length !== NONCE_BYTES) throw new ProtocolError('malformed')
  return concat(nonce, message)
}

/** Throws 'malformed' when cut short. */
export function decodeCall(body: Bytes): Call {
  const reader = new Reader(body)
  return { nonce: reader.take(NONCE_BYTES), message: reader.rest() }
}
