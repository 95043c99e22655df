/**
 * A session: frames in, opaque bytes of a few sizes out, and back. It lives in memory, from one handshake to the end of one
 * connection, and is never stored. NOT its concern: order of messages, receipts and repetition (the chat's), the channel.
 */
import { concat, padTo, Reader } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { decodeFrame, encodeFrame, FRAME_HEADER_BYTES } from './frame.ts'
import type { Frame } from './frame.ts'
import { HEADER_NONCE_BYTES, ratchetOpen, ratchetSeal, RATCHET_OVERHEAD } from './ratchet.ts'
import type { Ratchet } from './ratchet.ts'

export type { Frame } from './frame.ts'

/** The largest stays under the 16 KiB that every browser sends as one message. */
export const FRAME_SIZES: readonly number[] = [256, 512, 1024, 2048, 4096, 8192, 16384]
const VERSION = 1
const OVERHEAD = 1 + RATCHET_OVERHEAD
/** What one 'message' frame can carry. */
export const MAX_BODY_BYTES = Math.max(...FRAME_SIZES) - OVERHEAD - FRAME_HEADER_BYTES
/** Header nonce 24, and 32 for a new ratchet key when it is our turn. */
export const SEAL_ENTROPY_BYTES = HEADER_NONCE_BYTES + 32

export class Session {
  readonly role: 'initiator' | 'responder'
  readonly #id: Bytes
  #ratchet: Ratchet

  /** `id`: 16 bytes, from the handshake. */
  constructor(role: 'initiator' | 'responder', id: Bytes, ratchet: Ratchet) {
    this.role = role
    this.#id = id
    this.#ratchet = ratchet
  }

  /**
   * One frame of a size in FRAME_SIZES; its key is spent before the bytes are returned. `entropy`: SEAL_ENTROPY_BYTES fresh
   * random bytes. Throws, with nothing spent: 'too-large' or 'malformed' for a frame that cannot be encoded, 'state' for the
   * responder before the initiator's first frame or a wrong length of entropy, 'closed' when the session is used up.
   */
  seal(frame: Frame, entropy: Bytes): Bytes {
    if (entropy.length !== SEAL_ENTROPY_BYTES) throw new ProtocolError('state')
    const plaintext = encodeFrame(frame)
    const size = FRAME_SIZES.find((length) => plaintext.length + OVERHEAD <= length)
    if (size === undefined) throw new ProtocolError('too-large')
    const random = new Reader(entropy)
    const headerNonce = random.take(HEADER_NONCE_BYTES)
    const { sealed, next } = ratchetSeal(
      this.#ratchet,
      this.#id,
      padTo(plaintext, size - OVERHEAD),
      headerNonce,
      random.rest(),
    )
    this.#ratchet = next
    return concat(Uint8Array.of(VERSION), sealed)
  }

  /**
   * Opens one frame. The state changes only if its tag is right. Throws
   *   'too-large'  not one of FRAME_SIZES (too short as well), refused before any work
   *   'version'    another first byte
   *   'bad-tag'    not sealed in this session, or damaged
   *   'bad-key'    an authenticated header with a ratchet key that is none
   *   'skipped'    more than MAX_SKIP frames missing before this one
   *   'replay'     opened before, or so late that its key is gone
   *   'malformed'  authentic but nonsense: this frame is lost, its key spent, and the session goes on
   */
  open(bytes: Bytes): Frame {
    if (!FRAME_SIZES.includes(bytes.length)) throw new ProtocolError('too-large')
    if (bytes[0] !== VERSION) throw new ProtocolError('version')
    const { plaintext, next } = ratchetOpen(this.#ratchet, this.#id, bytes.slice(1))
    this.#ratchet = next
    return decodeFrame(plaintext)
  }
}

/**
 * Whether an error of `Session.open` should end the connection. Under us is an ordered, reliable, encrypted channel,
 * so a frame that was not sealed in this session is an attack or a bug, never an accident; going on would leave a gap that
 * only a new session closes. A malformed frame or a repeated one harms nobody.
 */
export function isFatal(error: ProtocolError): boolean {
  return error.code !== 'malformed' && error.code !== 'replay'
}
