/** A session with its renewals a second time: which keys seal, which are read, and when that changes. */
import { cut, integer, join, publicOf, Refusal, same } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { contentOf, frame, frameOf, REKEY } from './frame.ts'
import type { Frame } from './frame.ts'
import { exportsOf, readHs1, readHs2, writeHs1, writeHs2 } from './handshake.ts'
import type { Exports, Sent, Terms } from './handshake.ts'
import { kemKeys } from './mlkem.ts'
import { CAPABILITIES, NAME, payloadOf, RATCHET_KEY, readP1, readP2, STATUS } from './payload.ts'
import { Ratchet } from './ratchet.ts'
import type { Forged } from './ratchet.ts'

export type Random = (bytes: number) => Bytes

/** The long-lived keys: one's own secret, the other's public key. */
export type Pair = { readonly own: Bytes; readonly theirs: Bytes }

/** Frames that are `malformed` or a `replay`: one more ends the session. */
const MAX_REFUSED = 100
const OFFER = 1
const ANSWER = 2
const CAPS = integer(0, 4)
const NO_NAME = new Uint8Array()

type Keyed = { readonly ratchet: Ratchet; readonly exports: Exports }

export class Session {
  readonly initiator: boolean
  readonly #random: Random
  readonly #pair: Pair
  #epoch = 0
  #refused = 0
  #sealing: Keyed
  /** At the responder the new keys until they are used; at the initiator the old ones until the new ones come back. */
  #beside: Keyed | undefined = undefined
  #offered: { readonly sent: Sent; readonly own: Bytes } | undefined = undefined

  /** `first` is A's first ratchet key: its secret half at the responder, its public half at the initiator, who has `own` too. */
  constructor(pair: Pair, exports: Exports, first: Bytes, random: Random, own?: Bytes) {
    this.initiator = own !== undefined
    this.#random = random
    this.#pair = pair
    this.#sealing = keyed(exports, first, own)
  }

  get exports(): Exports {
    return this.#sealing.exports
  }

  seal(content: Frame, forged: Forged = {}): Bytes {
    return this.#sealing.ratchet.seal(forged.content ?? contentOf(content), this.#random(24), this.#random(32), forged)
  }

  /** The frame. `malformed` comes after the step was taken; any other refusal changes nothing. */
  open(bytes: Bytes): Frame {
    try {
      return frameOf(this.#authenticated(bytes))
    } catch (refused) {
      const mild = refused instanceof Refusal && (refused.code === 'malformed' || refused.code === 'replay')
      if (mild && ++this.#refused > MAX_REFUSED) throw new Refusal('closed')
      throw refused
    }
  }

  #authenticated(bytes: Bytes): Bytes {
    const beside = this.#beside
    if (!beside) return this.#sealing.ratchet.open(bytes)
    const [fresh, old] = this.initiator ? [this.#sealing, beside] : [beside, this.#sealing]
    let content: Bytes
    try {
      content = fresh.ratchet.open(bytes)
    } catch (refused) {
      if (!(refused instanceof Refusal) || refused.code !== 'bad-tag') throw refused
      return old.ratchet.open(bytes)
    }
    this.#sealing = fresh
    this.#beside = undefined
    return content
  }

  /** The initiator offers new keys. */
  offer(): Frame {
    if (!this.initiator || this.#offered || this.#beside) throw new Refusal('state')
    const opening = { ...this.#pair, ephemeral: this.#random(32), kem: kemKeys(this.#random(64)) }
    const sent = writeHs1(this.#terms(), opening, payloadOf([NAME, NO_NAME], [CAPABILITIES, CAPS]))
    this.#offered = { sent, own: this.#random(32) }
    return frame(REKEY, join(Uint8Array.of(OFFER), sent.hs1))
  }

  /** The responder answers and goes on sealing with the old keys. */
  answer(offer: Frame): Frame {
    if (this.initiator || this.#beside) throw new Refusal('state')
    const received = readHs1(this.#terms(), this.#pair.own, stepOf(offer, OFFER))
    readP1(received.payload)
    if (!same(received.s, this.#pair.theirs)) throw new Refusal('bad-key', 'somebody else')
    const answering = { ephemeral: this.#random(32), m: this.#random(32) }
    const first = this.#random(32)
    const payload = payloadOf(
      [STATUS, Uint8Array.of(0)],
      [NAME, NO_NAME],
      [CAPABILITIES, CAPS],
      [RATCHET_KEY, publicOf(first)],
    )
    const { hs2, keys } = writeHs2(received, answering, payload)
    this.#beside = keyed(exportsOf(keys, 3), first)
    this.#epoch += 1
    return frame(REKEY, join(Uint8Array.of(ANSWER), hs2))
  }

  /** With the answer the initiator seals with the new keys at once. */
  complete(answer: Frame): void {
    if (!this.#offered) throw new Refusal('state')
    const { payload, keys } = readHs2(this.#offered.sent, stepOf(answer, ANSWER))
    const first = readP2(payload).get(RATCHET_KEY)
    if (!first) throw new Refusal('malformed', 'the other side will not')
    const renewed = keyed(exportsOf(keys, 3), first, this.#offered.own)
    this.#offered = undefined
    this.#epoch += 1
    this.#beside = this.#sealing
    this.#sealing = renewed
  }

  /** The epoch to come stands in the nonce's place. */
  #terms(): Terms {
    const { sessionId, pskRekey } = this.#sealing.exports
    return { mode: 3, agreed: sessionId, nonce: integer(this.#epoch + 1, 4), psk: pskRekey }
  }
}

const keyed = (exports: Exports, first: Bytes, own?: Bytes): Keyed => ({
  exports,
  ratchet: own ? Ratchet.alice(exports, first, own) : Ratchet.bob(exports, first),
})

function stepOf({ type, body }: Frame, wanted: number): Bytes {
  const [step, message] = cut(body, 1)
  if (type !== REKEY || step[0] !== wanted) throw new Refusal('state')
  return message
}
