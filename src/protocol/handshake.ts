/**
 * The handshake Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256: two messages, one type per step, ending in a Session.
 * NOT its concern: which contact or invite a message belongs to, nonces and their lifetimes, retries, and storing what comes
 * out (the chat's); envelopes around the messages (envelope.ts).
 *
 *   initiator  initiate ──HS1──▶ receive ──▶ Received ──respond──▶ Established
 *   Established ◀──finish── Waiting ◀──HS2──────────────┘
 */
import { concat, equal, Reader, wipe, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { exportKeys } from './exporter.ts'
import type { Exports, Mode } from './exporter.ts'
import { label } from './labels.ts'
import { HandshakeState } from './noise.ts'
import type { Pattern } from './noise.ts'
import { decodePayload, decodeReply, encodePayload, encodeReply, PAYLOAD_SIZES } from './payload.ts'
import type { Payload, Reply } from './payload.ts'
import {
  asPublicKey,
  asSecretKey,
  KEM_CIPHERTEXT_BYTES,
  KEM_PUBLIC_BYTES,
  KEM_SEED_BYTES,
  KEY_BYTES,
  publicKey,
  sha256,
  TAG_BYTES,
} from './primitives.ts'
import type { Psk, PublicKey, SecretKey } from './primitives.ts'
import { initiatorRatchet, responderRatchet } from './ratchet.ts'
import { Session } from './session.ts'

export type { Payload, Reply } from './payload.ts'

export type KeyPair = { readonly secret: SecretKey; readonly public: PublicKey }

/** What the two sides must agree on beforehand; it goes into the prologue. `nonce`: the responder's, 16 bytes. */
export type Context =
  /** `invite`: the whole encoding of the link. The nonce may be zeros, while an invite is open; of a move it always is. */
  | { readonly mode: 'invite' | 'move'; readonly invite: Bytes; readonly nonce: Bytes }
  /** `pairId`: 32 bytes. */
  | { readonly mode: 'reconnect'; readonly pairId: Bytes; readonly nonce: Bytes }
  /** `sessionId`: 16 bytes, of the session that is renewed for the `epoch`-th time. */
  | { readonly mode: 'rekey'; readonly sessionId: Bytes; readonly epoch: number }

declare const opaque: unique symbol
/** The initiator has sent HS1. Good for one valid HS2. */
export type Waiting = { readonly [opaque]: 'waiting' }
/** The responder has read a valid HS1. Good for one answer. The caller decides whether `them` may have one. */
export type Received = { readonly them: PublicKey; readonly payload: Payload; readonly [opaque]: 'received' }

export type Established = {
  readonly session: Session
  /** 16 bytes. */
  readonly sessionId: Bytes
  /** The secret of the next reconnection; valid once this session is confirmed. */
  readonly pskNext: Psk
  /** 32 bytes each, from an invite only. */
  readonly pairRoot: Bytes | undefined
  readonly pairId: Bytes | undefined
  /** 32 bytes. */
  readonly handshakeHash: Bytes
}

/** Ephemeral key 32, ML-KEM seed 64, first ratchet key 32. */
export const INITIATE_ENTROPY_BYTES = KEY_BYTES + KEM_SEED_BYTES + KEY_BYTES
/** Ephemeral key 32, ML-KEM randomness 32, first ratchet key 32. */
export const RESPOND_ENTROPY_BYTES = 3 * KEY_BYTES

const PSK_ID_BYTES = 8
const NONCE_BYTES = 16
const MODES = { invite: 1, reconnect: 2, rekey: 3, move: 4 } as const
const HS1_FIXED_BYTES = KEY_BYTES + (KEM_PUBLIC_BYTES + TAG_BYTES) + (KEY_BYTES + TAG_BYTES) + TAG_BYTES
const HS2_FIXED_BYTES = KEY_BYTES + (KEM_CIPHERTEXT_BYTES + TAG_BYTES) + TAG_BYTES

export const PATTERN: Pattern = {
  protocolName: 'Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256',
  known: { initiator: false, responder: true },
  messages: [
    ['psk', 'e', 'es', 'e1', 's', 'ss'],
    ['e', 'ee', 'ekem1', 'se'],
  ],
}

// What lies behind the opaque steps. Taking an entry out spends the step.
const waitings = new WeakMap<
  Waiting,
  { readonly noise: HandshakeState; readonly mode: Mode; readonly ratchet: KeyPair }
>()
const receiveds = new WeakMap<Received, { readonly noise: HandshakeState; readonly mode: Mode }>()

/**
 * HS1. `them`: from the invite or the contact. The psk belongs to the context: the invite's, or the pair's current one.
 * A message of mode 'reconnect' begins with the psk's id. Throws 'self', 'bad-key', 'too-large' (name or description),
 * 'state' unless entropy has INITIATE_ENTROPY_BYTES.
 */
export function initiate(a: {
  context: Context
  psk: Psk
  me: KeyPair
  them: PublicKey
  payload: Payload
  entropy: Bytes
}): { readonly message: Bytes; readonly waiting: Waiting } {
  if (equal(a.me.public, a.them)) throw new ProtocolError('self')
  const random = readEntropy(a.entropy, INITIATE_ENTROPY_BYTES)
  const fresh = { e: keyPair(random.take(KEY_BYTES)), kemSeed: random.take(KEM_SEED_BYTES) }
  const noise = new HandshakeState({
    pattern: PATTERN,
    initiator: true,
    prologue: prologue(a.context),
    s: a.me,
    rs: asPublicKey(a.them),
    psks: [a.psk],
  })
  const message = concat(prefix(a.context, a.psk), noise.writeMessage(encodePayload(a.payload), fresh))
  wipe(fresh.kemSeed)
  const waiting = {} as Waiting
  waitings.set(waiting, { noise, mode: modeOf(a.context), ratchet: keyPair(random.take(KEY_BYTES)) })
  return { message, waiting }
}

/**
 * Reads HS1. Throws 'malformed' on a wrong size or payload, 'bad-tag' on another psk, prologue or key or a changed bit,
 * 'bad-key', and 'self' when the other side shows our own key. Nothing is decided yet: the caller still checks that `them`
 * may use this invite or is this contact.
 */
export function receive(a: { context: Context; psk: Psk; me: KeyPair; message: Bytes }): Received {
  const expected = prefix(a.context, a.psk)
  checkSize(a.message, expected.length + HS1_FIXED_BYTES)
  if (!equal(a.message.slice(0, expected.length), expected)) throw new ProtocolError('bad-tag')
  const noise = new HandshakeState({
    pattern: PATTERN,
    initiator: false,
    prologue: prologue(a.context),
    s: a.me,
    psks: [a.psk],
    checkRemoteStatic(rs) {
      if (equal(rs, a.me.public)) throw new ProtocolError('self')
      asPublicKey(rs)
    },
  })
  const payload = decodePayload(noise.readMessage(a.message.slice(expected.length)))
  const received = { them: noise.remoteStatic as PublicKey, payload } as Received
  receiveds.set(received, { noise, mode: modeOf(a.context) })
  return received
}

/**
 * HS2, and with status 'ok' the session. Each Received is good for one answer, then throws 'state': send the same bytes again
 * when the same HS1 comes again. Throws 'bad-key', 'too-large', 'state' unless entropy has RESPOND_ENTROPY_BYTES.
 */
export function respond(
  received: Received,
  reply: Reply,
  entropy: Bytes,
): { readonly message: Bytes; readonly established?: Established } {
  const random = readEntropy(entropy, RESPOND_ENTROPY_BYTES)
  const fresh = { e: keyPair(random.take(KEY_BYTES)), kemRandom: random.take(KEY_BYTES) }
  const ratchet = keyPair(random.take(KEY_BYTES))
  const payload = encodeReply(reply.status === 'ok' ? { ...reply, ratchet: ratchet.public } : reply)
  const step = receiveds.get(received)
  if (step === undefined) throw new ProtocolError('state')
  receiveds.delete(received)
  const message = step.noise.writeMessage(payload, fresh)
  const keys = reply.status === 'ok' ? secrets(step.noise, step.mode) : undefined
  step.noise.wipe()
  wipe(fresh.kemRandom)
  if (!keys) return { message }
  const session = new Session('responder', keys.sessionId, responderRatchet(keys.ratchet, ratchet), keys.pskRekey)
  wipe(ratchet.secret, ...Object.values(keys.ratchet))
  return { message, established: established(session, keys, step.noise) }
}

/**
 * Reads HS2. Throws as `receive`, and `waiting` is then as before: the initiator takes the first valid answer. After a valid
 * one it is spent and throws 'state'.
 */
export function finish(
  waiting: Waiting,
  message: Bytes,
): { readonly reply: Reply; readonly established?: Established } {
  const step = waitings.get(waiting)
  if (step === undefined) throw new ProtocolError('state')
  checkSize(message, HS2_FIXED_BYTES)
  const noise = step.noise.copy()
  const answer = decodeReply(noise.readMessage(message))
  if (answer.status !== 'ok') {
    abandon(waiting)
    return { reply: answer }
  }
  const { ratchet, ...reply } = answer
  const keys = secrets(noise, step.mode)
  // Before the step is spent: this throws 'bad-key' on a ratchet key of low order.
  const ratchets = initiatorRatchet(keys.ratchet, step.ratchet, ratchet)
  const session = new Session('initiator', keys.sessionId, ratchets, keys.pskRekey)
  waitings.delete(waiting)
  noise.wipe()
  step.noise.wipe()
  wipe(step.ratchet.secret, ...Object.values(keys.ratchet))
  return { reply, established: established(session, keys, noise) }
}

/** Spends a step that will not be taken, and overwrites its secrets. Nothing happens to one that was taken. */
export function abandon(unfinished: Waiting | Received): void {
  const waiting = waitings.get(unfinished as Waiting)
  const received = receiveds.get(unfinished as Received)
  waitings.delete(unfinished as Waiting)
  receiveds.delete(unfinished as Received)
  waiting?.noise.wipe()
  received?.noise.wipe()
  wipe(waiting?.ratchet.secret)
}

/** 8 bytes by which a responder with two pair secrets knows which one an HS1 uses. */
export function pskId(psk: Psk): Bytes {
  return sha256(label('psk-id'), psk).slice(0, PSK_ID_BYTES)
}

/** The psk id an HS1 of mode 'reconnect' begins with. Throws 'malformed' when cut short. */
export function readPskId(message: Bytes): Bytes {
  return new Reader(message).take(PSK_ID_BYTES)
}

function modeOf(context: Context): Mode {
  return MODES[context.mode]
}

function prefix(context: Context, psk: Psk): Bytes {
  return context.mode === 'reconnect' ? pskId(psk) : new Uint8Array(0)
}

/** label ‖ mode u8 ‖ SHA-256(agreed ‖ nonce); a rekey has the epoch u32 in the nonce's place. */
function prologue(context: Context): Bytes {
  return concat(label('hs'), Uint8Array.of(modeOf(context)), sha256(...agreed(context)))
}

function agreed(context: Context): [Bytes, Bytes] {
  if (context.mode === 'rekey') return [context.sessionId, new Writer().u32(context.epoch).done()]
  if (context.nonce.length !== NONCE_BYTES) throw new ProtocolError('state')
  return [context.mode === 'reconnect' ? context.pairId : context.invite, context.nonce]
}

function checkSize(message: Bytes, fixed: number): void {
  if (!PAYLOAD_SIZES.includes(message.length - fixed)) throw new ProtocolError('malformed')
}

function readEntropy(entropy: Bytes, length: number): Reader {
  if (entropy.length !== length) throw new ProtocolError('state')
  return new Reader(entropy)
}

function keyPair(bytes: Bytes): KeyPair {
  const secret = asSecretKey(bytes)
  return { secret, public: publicKey(secret) }
}

function secrets(noise: HandshakeState, mode: Mode): Exports {
  const [i2r, r2i] = noise.split()
  if (i2r.key === undefined || r2i.key === undefined) throw new ProtocolError('state')
  const keys = exportKeys(noise.handshakeHash, i2r.key, r2i.key, mode)
  wipe(i2r.key, r2i.key)
  return keys
}

function established(session: Session, keys: Exports, noise: HandshakeState): Established {
  const { sessionId, pskNext, pairRoot, pairId } = keys
  return { session, sessionId, pskNext, pairRoot, pairId, handshakeHash: noise.handshakeHash }
}
