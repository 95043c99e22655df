/**
 * The two implementations in step: the same calls, the same random bytes. Whatever one writes the other must write to the bit,
 * and what one refuses the other must refuse for the same reason. As their bytes are the same, each is also the other's peer.
 */
import { createHash } from 'node:crypto'
import { ProtocolError } from '../../src/protocol/errors.ts'
import type { KeyPair } from '../../src/protocol/handshake.ts'
import { asPublicKey, asSecretKey } from '../../src/protocol/primitives.ts'
import type { PublicKey } from '../../src/protocol/primitives.ts'
import { answerRekey, beginRekey, completeRekey } from '../../src/protocol/rekey.ts'
import type { Frame as RealFrame, Session as RealSession } from '../../src/protocol/session.ts'
import { hex, integer, join, publicOf, Refusal, zeros } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import * as frames from './frame.ts'
import type { Session } from './session.ts'

/** What came of a call: a value that both agree on, or the code of the refusal. */
export type Outcome<T> = { readonly value: T } | { readonly code: string }

export class Disagreement extends Error {}

export function outcome<T>(act: () => T): Outcome<T> {
  try {
    return { value: act() }
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof Refusal) return { code: error.code }
    throw error
  }
}

/** Runs both; `text` is what must be the same of their values. */
export function both<R, S>(
  what: string,
  [real, realText]: readonly [() => R, (value: R) => string],
  [second, secondText]: readonly [() => S, (value: S) => string],
): Outcome<{ readonly real: R; readonly second: S }> {
  const [a, b] = [outcome(real), outcome(second)]
  const [aText, bText] = ['code' in a ? a.code : realText(a.value), 'code' in b ? b.code : secondText(b.value)]
  if (aText !== bText || 'code' in a !== 'code' in b) {
    throw new Disagreement(`${what}: the real one says ${aText}, the second ${bText}`)
  }
  if ('code' in a || 'code' in b) return { code: aText }
  return { value: { real: a.value, second: b.value } }
}

/** Random bytes that depend on the seed alone. */
export class Source {
  #count = 0
  readonly #seed: string

  constructor(seed: string) {
    this.#seed = seed
  }

  take(size: number): Bytes {
    this.#count += 1
    const hash = createHash('shake256', { outputLength: size }).update(`${this.#seed} ${this.#count}`)
    return new Uint8Array(hash.digest())
  }
}

/** Hands out, piece by piece, what the other implementation was given whole. */
export class Tape {
  #left = zeros(0)

  load(bytes: Bytes): void {
    this.#left = bytes
  }

  readonly take = (size: number): Bytes => {
    if (size > this.#left.length) throw new Error('the second implementation wants more random bytes')
    const piece = this.#left.slice(0, size)
    this.#left = this.#left.slice(size)
    return piece
  }
}

export function keyPair(secret: Bytes): KeyPair {
  return { secret: asSecretKey(secret), public: asPublicKey(publicOf(secret)) }
}

/* Frames of the one in the form of the other */

const TYPES = {
  confirm: frames.CONFIRM,
  ack: frames.ACK,
  message: frames.MESSAGE,
  receipt: frames.RECEIPT,
  nack: frames.NACK,
  ping: frames.PING,
  pong: frames.PONG,
  bye: frames.BYE,
  rekey: frames.REKEY,
  bundle: frames.BUNDLE,
} as const

export function plainOf(frame: RealFrame): frames.Frame {
  switch (frame.type) {
    case 'confirm':
      return frames.frame(TYPES.confirm, integer(frame.caps, 4))
    case 'message':
      return frames.frame(TYPES.message, frame.body, frame.id)
    case 'bundle':
      return frames.frame(
        TYPES.bundle,
        join(...frame.messages.flatMap((m) => [m.id, integer(m.body.length, 2), m.body])),
      )
    case 'receipt':
      return frames.frame(TYPES.receipt, join(Uint8Array.of(frame.what === 'delivered' ? 1 : 2), ...frame.ids))
    case 'nack':
      return frames.frame(TYPES.nack, integer(frame.code, 2), frame.id)
    case 'rekey':
      return frames.frame(TYPES.rekey, join(Uint8Array.of(frame.step === 'offer' ? 1 : 2), frame.message))
    case 'unknown':
      return frames.frame(frame.code)
    default:
      return frames.frame(TYPES[frame.type])
  }
}

/** A frame in words. Of a newer type's frame only the type is known. */
export const wordsOf = ({ type, id, body }: frames.Frame): string =>
  type > TYPES.bundle ? `${type}` : `${type} ${hex(id)} ${hex(body)}`

/* Sessions */

export type Parties = { readonly me: KeyPair; readonly them: PublicKey }

/** One end of a session, in both implementations. */
export class Twin {
  readonly real: RealSession
  readonly second: Session
  readonly #parties: Parties
  readonly #tape: Tape

  constructor(real: RealSession, second: Session, tape: Tape, parties: Parties) {
    this.real = real
    this.second = second
    this.#tape = tape
    this.#parties = parties
  }

  seal(frame: RealFrame, entropy: Bytes): Outcome<Bytes> {
    this.#tape.load(entropy)
    const sealed = both(
      'seal',
      [() => this.real.seal(frame, entropy), hex],
      [() => this.second.seal(plainOf(frame)), hex],
    )
    return 'code' in sealed ? sealed : { value: sealed.value.second }
  }

  open(bytes: Bytes): Outcome<frames.Frame> {
    const opened = both(
      'open',
      [() => plainOf(this.real.open(bytes)), wordsOf],
      [() => this.second.open(bytes), wordsOf],
    )
    return 'code' in opened ? opened : { value: opened.value.second }
  }

  offer(entropy: Bytes): Outcome<RealFrame> {
    this.#tape.load(entropy)
    return this.#step(
      'offer',
      () => beginRekey(this.real, this.#parties, entropy),
      () => this.second.offer(),
    )
  }

  answer(offer: Bytes, entropy: Bytes): Outcome<RealFrame> {
    this.#tape.load(entropy)
    return this.#step(
      'answer',
      () => answerRekey(this.real, offer, this.#parties, entropy),
      () => this.second.answer(plainOf({ type: 'rekey', step: 'offer', message: offer })),
    )
  }

  complete(answer: Bytes): Outcome<undefined> {
    const done = both(
      'complete',
      [() => completeRekey(this.real, answer), String],
      [() => this.second.complete(plainOf({ type: 'rekey', step: 'answer', message: answer })), String],
    )
    return 'code' in done ? done : { value: undefined }
  }

  #step(what: string, real: () => RealFrame, second: () => frames.Frame): Outcome<RealFrame> {
    const made = both(what, [real, (frame) => wordsOf(plainOf(frame))], [second, wordsOf])
    return 'code' in made ? made : { value: made.value.real }
  }
}
