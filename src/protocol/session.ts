/**
 * A session: frames in, opaque bytes of a few sizes out, and back. It lives in memory, from one handshake to the end of one
 * connection, and is never stored. NOT its concern: order of messages, receipts and repetition (the chat's), the channel.
 */
import { concat, padTo, Reader, wipe } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { decodeFrame, encodeFrame, FRAME_HEADER_BYTES } from './frame.ts'
import type { Frame } from './frame.ts'
import type { Psk } from './primitives.ts'
import {
  HEADER_NONCE_BYTES,
  ratchetExpire,
  ratchetOpen,
  ratchetSeal,
  ratchetSecrets,
  RATCHET_OVERHEAD,
} from './ratchet.ts'
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

/** Frames that are authentic and yet refused (nonsense, or opened before): an honest peer sends none. */
export const MAX_REFUSED = 100

/** One set of keys: a session begins with one, and each rekey brings the next. */
type Keys = { readonly id: Bytes; ratchet: Ratchet; readonly pskRekey: Psk | undefined }

export class Session {
  readonly role: 'initiator' | 'responder'
  #keys: Keys
  /** Responder: the keys it has answered for and not yet seen used. */
  #coming: Keys | undefined
  /** Initiator: the keys before, until the responder uses the new ones. */
  #going: Keys | undefined
  #ended = false
  #refused = 0
  #epoch = 0
  #frames = 0
  #bytes = 0

  /** `id`: 16 bytes, from the handshake, as is `pskRekey`; without it the session cannot be renewed. */
  constructor(role: 'initiator' | 'responder', id: Bytes, ratchet: Ratchet, pskRekey?: Psk) {
    this.role = role
    this.#keys = { id, ratchet, pskRekey }
  }

  /** How often the keys were renewed. */
  get epoch(): number {
    return this.#epoch
  }

  /** Frames and bytes, both ways, since these keys came into use. */
  get used(): { readonly frames: number; readonly bytes: number } {
    return { frames: this.#frames, bytes: this.#bytes }
  }

  /**
   * One frame of a size in FRAME_SIZES; its key is spent before the bytes are returned. `entropy`: SEAL_ENTROPY_BYTES fresh
   * random bytes. Throws, with nothing spent: 'too-large' or 'malformed' for a frame that cannot be encoded, 'state' for the
   * responder before the initiator's first frame or a wrong length of entropy, 'closed' when the session is used up.
   */
  seal(frame: Frame, entropy: Bytes): Bytes {
    if (this.#ended) throw new ProtocolError('closed')
    if (entropy.length !== SEAL_ENTROPY_BYTES) throw new ProtocolError('state')
    const plaintext = encodeFrame(frame)
    const size = FRAME_SIZES.find((length) => plaintext.length + OVERHEAD <= length)
    if (size === undefined) throw new ProtocolError('too-large')
    const random = new Reader(entropy)
    const headerNonce = random.take(HEADER_NONCE_BYTES)
    const fresh = random.rest()
    const padded = padTo(plaintext, size - OVERHEAD)
    const { sealed, next } = ratchetSeal(this.#keys.ratchet, this.#keys.id, padded, headerNonce, fresh)
    if (next.own.secret !== fresh) wipe(fresh)
    commit(this.#keys, next)
    this.#count(size)
    return concat(Uint8Array.of(VERSION), ...sealed)
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
   *   'closed'     the session was ended, or refused more than MAX_REFUSED frames of the last two kinds
   */
  open(bytes: Bytes): Frame {
    try {
      return this.#open(bytes)
    } catch (error) {
      if (error instanceof ProtocolError && !isFatal(error) && ++this.#refused > MAX_REFUSED)
        throw new ProtocolError('closed')
      throw error
    }
  }

  #open(bytes: Bytes): Frame {
    if (this.#ended) throw new ProtocolError('closed')
    if (!FRAME_SIZES.includes(bytes.length)) throw new ProtocolError('too-large')
    if (bytes[0] !== VERSION) throw new ProtocolError('version')
    const sealed = bytes.subarray(1)
    for (const keys of [this.#coming, this.#keys, this.#going]) {
      const opened = keys && tryOpen(keys, sealed)
      if (!opened) continue
      this.#switchTo(keys)
      this.#count(bytes.length)
      return decodeFrame(opened)
    }
    throw new ProtocolError('bad-tag')
  }

  /** A frame under the coming keys makes them ours; one under ours ends those before them. */
  #switchTo(keys: Keys): void {
    if (keys === this.#coming) this.#renew(keys)
    else if (keys === this.#keys && this.#going) {
      erase(this.#going)
      this.#going = undefined
    }
  }

  #renew(keys: Keys): void {
    if (this.role === 'responder') erase(this.#keys)
    this.#keys = keys
    this.#coming = undefined
    this.#epoch++
    this.#frames = 0
    this.#bytes = 0
  }

  #count(bytes: number): void {
    this.#frames++
    this.#bytes += bytes
  }

  /** Call every few minutes: keys of frames that never came live until the second call after they were skipped. */
  expireSkipped(): void {
    for (const keys of this.#all()) commit(keys, ratchetExpire(keys.ratchet))
  }

  /** Overwrites every key. From here on `seal` and `open` throw 'closed'. */
  end(): void {
    this.#ended = true
    for (const keys of this.#all()) erase(keys)
  }

  #all(): readonly Keys[] {
    return [this.#coming, this.#keys, this.#going].filter((keys) => keys !== undefined)
  }

  /** What a rekey handshake is bound to. Throws 'state' while one is under way, or when the session cannot be renewed, 'closed' after its end. */
  rekeyContext(): { readonly psk: Psk; readonly sessionId: Bytes; readonly epoch: number } {
    const { id, pskRekey } = this.#keys
    if (this.#ended) throw new ProtocolError('closed')
    if (pskRekey === undefined || this.#coming || this.#going) throw new ProtocolError('state')
    return { psk: pskRekey, sessionId: id, epoch: this.#epoch + 1 }
  }

  /**
   * Takes over the keys of the session a rekey handshake ended in. The initiator uses them from now on and still reads the
   * old ones until the other side has switched; the responder goes on with the old ones until it sees the new ones used.
   */
  adopt(next: Session): void {
    if (next.role === 'responder') this.#coming = next.#keys
    else {
      const before = this.#keys
      this.#renew(next.#keys)
      this.#going = before
    }
  }
}

/** The next state counts; what it no longer holds is overwritten. */
function commit(keys: Keys, next: Ratchet): void {
  const kept = ratchetSecrets(next)
  for (const secret of ratchetSecrets(keys.ratchet)) if (!kept.includes(secret)) wipe(secret)
  keys.ratchet = next
}

function erase(keys: Keys): void {
  wipe(keys.pskRekey, ...ratchetSecrets(keys.ratchet))
}

/** The content of a frame, and the ratchet moved on; undefined if it was not sealed under these keys. */
function tryOpen(keys: Keys, sealed: Bytes): Bytes | undefined {
  try {
    const { plaintext, spent, next } = ratchetOpen(keys.ratchet, keys.id, sealed)
    wipe(spent)
    commit(keys, next)
    return plaintext
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'bad-tag') return undefined
    throw error
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
