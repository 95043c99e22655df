/**
 * A handshake and its session once more, from what was sent and what was drawn: so every key that there was is known, and can
 * be looked for. Works on copies, whatever the protocol does with the bytes it is given.
 */
import { concat, equal, Reader, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import { exportKeys } from '../../src/protocol/exporter.ts'
import { PATTERN, pskId } from '../../src/protocol/handshake.ts'
import type { Context, KeyPair } from '../../src/protocol/handshake.ts'
import { label } from '../../src/protocol/labels.ts'
import { HandshakeState } from '../../src/protocol/noise.ts'
import {
  asSecretKey,
  dh,
  hkdfExpand,
  kemEncapsulate,
  kemKeygen,
  publicKey,
  sha256,
} from '../../src/protocol/primitives.ts'
import type { Psk } from '../../src/protocol/primitives.ts'
import { initiatorRatchet, ratchetOpen, ratchetSeal, responderRatchet } from '../../src/protocol/ratchet.ts'
import type { Ratchet } from '../../src/protocol/ratchet.ts'
import type { Known } from '../needles.ts'

export type Handshake = {
  readonly context: Exclude<Context, { mode: 'rekey' }>
  readonly psk: Psk
  readonly initiator: KeyPair
  readonly responder: KeyPair
  readonly hs1: Bytes
  readonly hs2: Bytes
  /** INITIATE_ENTROPY_BYTES and RESPOND_ENTROPY_BYTES. */
  readonly drawn: { readonly byInitiator: Bytes; readonly byResponder: Bytes }
}

export type Replayed = {
  readonly pskNext: Psk
  readonly pairRoot: Bytes | undefined
  readonly pairId: Bytes | undefined
  readonly sessionId: Bytes
  readonly ratchets: { readonly initiator: Ratchet; readonly responder: Ratchet }
  /** All keys on the way; names of the handshake's parts are Noise's. */
  readonly known: readonly Known[]
}

/** Throws Error when these random bytes do not make these messages. */
export function replay(handshake: Handshake): Replayed {
  const { context, initiator, responder, hs2 } = handshake
  const fresh = drawnIn(handshake)
  const prefix = context.mode === 'reconnect' ? pskId(handshake.psk) : new Uint8Array(0)
  const [noise, theirs] = statesOf(handshake)
  const payload = theirs.readMessage(handshake.hs1.slice(prefix.length))
  const hs1 = concat(prefix, noise.writeMessage(payload, { e: copy(fresh.e), kemSeed: fresh.kemSeed.slice() }))
  const answer = noise.readMessage(hs2.slice())
  const again = theirs.writeMessage(answer, { e: copy(fresh.re), kemRandom: fresh.kemRandom.slice() })
  if (!equal(hs1, handshake.hs1) || !equal(again, hs2)) throw new Error('other random bytes made these messages')
  const [i2r, r2i] = noise.split().map(({ key }) => key!.slice()) as [Bytes, Bytes]
  const handshakeHash = noise.handshakeHash.slice()
  const keys = exportKeys(handshakeHash, i2r.slice(), r2i.slice(), context.mode === 'invite' ? 1 : 2)
  const { ratchet, ...exported } = structuredClone(keys)
  const { e, re, kemSeed, kemRandom, ratchetI, ratchetR } = fresh
  const kem = kemKeygen(kemSeed.slice())
  const known = {
    ...{ psk: handshake.psk, e: e.secret, 'ML-KEM seed': kemSeed, re: re.secret, 'ML-KEM randomness': kemRandom },
    ...{ es: dh(e.secret, responder.public), ss: dh(initiator.secret, responder.public) },
    ...{ ee: dh(e.secret, re.public), se: dh(initiator.secret, re.public) },
    ...{ ekem1: kemEncapsulate(kem.public, kemRandom.slice()).shared, 'ML-KEM secret key': kem.secret.slice(0, 64) },
    ...{ 'Split i2r': i2r, 'Split r2i': r2i, 'handshake hash': handshakeHash },
    ...exported,
    ...ratchet,
  }
  const ratchets = {
    initiator: initiatorRatchet(structuredClone(ratchet), copy(ratchetI), ratchetR.public),
    responder: responderRatchet(structuredClone(ratchet), copy(ratchetR)),
  }
  return { ...exported, ratchets, known: named(`handshake ${context.mode}`, known) }
}

function statesOf({ context, psk, initiator, responder }: Handshake): [HandshakeState, HandshakeState] {
  const mode = Uint8Array.of({ invite: 1, reconnect: 2, move: 4 }[context.mode])
  const agreed = sha256(context.mode === 'reconnect' ? context.pairId : context.invite, context.nonce)
  const common = () => ({ pattern: PATTERN, prologue: concat(label('hs'), mode, agreed), psks: [psk.slice() as Psk] })
  return [
    new HandshakeState({ ...common(), initiator: true, s: copy(initiator), rs: responder.public.slice() }),
    new HandshakeState({ ...common(), initiator: false, s: copy(responder) }),
  ]
}

function drawnIn({ drawn }: Handshake) {
  const [byInitiator, byResponder] = [new Reader(drawn.byInitiator), new Reader(drawn.byResponder)]
  const [e, kemSeed, ratchetI] = [pairOf(byInitiator.take(32)), byInitiator.take(64), pairOf(byInitiator.take(32))]
  const [re, kemRandom, ratchetR] = [pairOf(byResponder.take(32)), byResponder.take(32), pairOf(byResponder.take(32))]
  return { e, kemSeed, ratchetI, re, kemRandom, ratchetR }
}

export function pairOf(bytes: Bytes): KeyPair {
  const secret = asSecretKey(bytes.slice())
  return { secret, public: publicKey(secret) }
}

function copy(pair: KeyPair): KeyPair {
  return structuredClone(pair)
}

function named(of: string, parts: Readonly<Record<string, Bytes | undefined>>): Known[] {
  return Object.entries(parts).flatMap(([name, bytes]) =>
    bytes ? [{ name: `${of}: ${name}`, bytes: bytes.slice() }] : [],
  )
}

// ── The session ──

/** `entropy`: SEAL_ENTROPY_BYTES, by which the frame was sealed. */
export type Sent = { readonly frame: Bytes; readonly entropy: Bytes }

/**
 * Follows a session through the frames of its two sides, each side's in their order; how the two interleaved shows in the frames
 * themselves. Gives the contents and every key both sides ever held. Throws Error when a frame cannot be made again.
 */
export function follow({ ratchets, sessionId }: Replayed, byInitiator: readonly Sent[], byResponder: readonly Sent[]) {
  const initiator = new Side(ratchets.initiator, sessionId, byInitiator)
  const responder = new Side(ratchets.responder, sessionId, byResponder)
  const contents: Bytes[] = []
  for (let left = true; left;) {
    const content = initiator.sendsTo(responder) ?? responder.sendsTo(initiator)
    if (content) contents.push(content)
    else left = false
  }
  if (contents.length < byInitiator.length + byResponder.length) throw new Error('a frame that these two never sealed')
  for (const side of [initiator, responder]) side.openAll()
  return { contents, known: [...initiator.known, ...responder.known] }
}

/** Which side of this session a line that begins with this frame is, if any. */
export function sideOf(
  { ratchets, sessionId }: Replayed,
  first: Sent | undefined,
): 'initiator' | 'responder' | undefined {
  const reads = (ratchet: Ratchet) => first && new Side(ratchet, sessionId, []).peek(first.frame.slice(1)) !== undefined
  if (reads(ratchets.responder)) return 'initiator'
  return reads(ratchets.initiator) ? 'responder' : undefined
}

/** When it opened what it got is not known from outside; only that the next frame it sealed came after. */
class Side {
  readonly #id: Bytes
  readonly #unsent: Sent[]
  #ratchet: Ratchet
  #waiting: Bytes[] = []
  readonly #known = new Map<string, Known>()

  constructor(ratchet: Ratchet, id: Bytes, sent: readonly Sent[]) {
    this.#id = id
    this.#unsent = [...sent]
    this.#ratchet = ratchet
    this.#note()
  }

  get known(): readonly Known[] {
    return [...this.#known.values()]
  }

  /** What a frame says, without opening it; undefined if it is not of this session. */
  peek(sealed: Bytes): Bytes | undefined {
    let ratchet = this.#ratchet
    try {
      for (const earlier of this.#waiting) ratchet = this.#open(ratchet, earlier).next
      return this.#open(ratchet, sealed).plaintext
    } catch (error) {
      if (error instanceof ProtocolError) return undefined
      throw error
    }
  }

  /** The next frame's content, or undefined if the other side cannot read it yet, or there is none. */
  sendsTo(other: Side): Bytes | undefined {
    const [next] = this.#unsent
    const sealed = next?.frame.slice(1)
    const content = sealed && other.peek(sealed)
    if (!next || !content || !this.#seals(content, next.entropy, sealed)) return undefined
    this.#unsent.shift()
    other.#waiting.push(sealed)
    return content
  }

  openAll(): void {
    while (this.#openNext());
  }

  /** Opens as much of what it got as it must to come to these very bytes. */
  #seals(plaintext: Bytes, entropy: Bytes, expected: Bytes): boolean {
    do {
      const next = this.#sealed(plaintext, entropy, expected)
      if (next) {
        this.#ratchet = next
        this.#note()
        return true
      }
    } while (this.#openNext())
    return false
  }

  #sealed(plaintext: Bytes, entropy: Bytes, expected: Bytes): Ratchet | undefined {
    const random = new Reader(entropy)
    const nonce = random.take(24)
    try {
      const { sealed, next } = ratchetSeal(structuredClone(this.#ratchet), this.#id, plaintext, nonce, random.rest())
      return equal(concat(...sealed), expected) ? next : undefined
    } catch (error) {
      if (error instanceof ProtocolError) return undefined
      throw error
    }
  }

  #openNext(): boolean {
    const sealed = this.#waiting.shift()
    if (!sealed) return false
    this.#ratchet = this.#open(this.#ratchet, sealed).next
    this.#note()
    return true
  }

  #open(ratchet: Ratchet, sealed: Bytes): ReturnType<typeof ratchetOpen> {
    return ratchetOpen(structuredClone(ratchet), this.#id, sealed.slice())
  }

  #note(): void {
    for (const known of ratchetSecrets(this.#ratchet)) this.#known.set(toHex(known.bytes), known)
  }
}

export function ratchetSecrets(ratchet: Ratchet): Known[] {
  const chains = [ratchet.sending, ...ratchet.receiving]
  return chains.reduce<Known[]>(
    (known, chain) => [
      ...known,
      ...named('ratchet', {
        'header key': chain?.headerKey,
        'chain key': chain?.chainKey,
        'message key': chain?.chainKey && hkdfExpand(chain.chainKey, label('dr/ck'), 76).slice(32),
      }),
    ],
    named('ratchet', {
      'root key': ratchet.rootKey,
      'own secret': ratchet.own.secret,
      'next header key, sending': ratchet.nextSendHeader,
      'next header key, receiving': ratchet.nextReceiveHeader,
    }),
  )
}
