/** Where the attacks happen: Alice has made a link, Bob opens it, and the wire between them is in an attacker's hands. */
import { encodeCall } from '../../src/protocol/call.ts'
import type { RtcDescription } from '../../src/protocol/description.ts'
import { sealEnvelope } from '../../src/protocol/envelope.ts'
import type { ErrorCode } from '../../src/protocol/errors.ts'
import {
  finish,
  initiate,
  INITIATE_ENTROPY_BYTES,
  receive,
  respond,
  RESPOND_ENTROPY_BYTES,
} from '../../src/protocol/handshake.ts'
import type { Context, Established, KeyPair, Payload, Received, Waiting } from '../../src/protocol/handshake.ts'
import { inviteKeys, makeInvite } from '../../src/protocol/invite.ts'
import type { Invite } from '../../src/protocol/invite.ts'
import { encodePayload, encodeReply } from '../../src/protocol/payload.ts'
import { kemKeygen } from '../../src/protocol/primitives.ts'
import type { PublicKey } from '../../src/protocol/primitives.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { responderRatchet } from '../../src/protocol/ratchet.ts'
import { Session } from '../../src/protocol/session.ts'
import type { Frame } from '../../src/protocol/session.ts'
import { alice, bob, bytesOf, codeOf, keyPairOf, sealer } from '../protocol/help.ts'
import { Chain, join, Noise, sha } from './attacker.ts'
import type { Own } from './attacker.ts'

export const mallory = keyPairOf('mallory')
export const secret = bytesOf('link secret', 32)
export const invite = inviteOf(alice, secret)
export const keys = inviteKeys(secret)
export const keysOf = (from: Invite): ReturnType<typeof inviteKeys> => inviteKeys(from.secret)
export const context = contextOf(invite)
export const prologue = prologueOf(invite)

export function inviteOf(owner: KeyPair, from: Bytes, change: Partial<Invite> = {}): Invite {
  const plain = { relayOnly: false, manual: false, expiresAt: 29_000_000, relays: [] }
  return makeInvite({ ...plain, inviter: owner.public, secret: from, ...change })
}

export function contextOf(from: Invite): Context & { readonly mode: 'invite' } {
  return { mode: 'invite', invite: from.bytes, nonce: bytesOf('nonce', 16) }
}

export function prologueOf(from: Invite): Bytes {
  return join('sotto/1/hs', 1, sha(join(from.bytes, bytesOf('nonce', 16))))
}

export const described: RtcDescription = {
  setup: 'actpass',
  ufrag: 'abcd',
  pwd: 'abcdefghijklmnopqrstuv',
  fingerprint: bytesOf('fingerprint', 32),
  sctpPort: 5000,
  maxMessageSize: 262_144,
  candidates: [
    { type: 'host', address: { kind: 'ipv4', bytes: Uint8Array.of(192, 0, 2, 1) }, port: 5000, priority: 7 },
  ],
}
export const bobSays: Payload = { name: 'Bob', caps: 1, description: described }
export const aliceSays: Payload = { name: 'Alice', caps: 3, description: { ...described, setup: 'active' } }
export const payload1 = encodePayload(bobSays)
export const payloadEmpty = encodePayload({ name: '', caps: 0 })
export const payload2 = encodeReply({ ...aliceSays, status: 'ok', ratchet: keyPairOf('ratchet').public })

/** Secrets of somebody who speaks with `who`'s static key. */
export function ownOf(who: KeyPair, seed = 'own'): Own {
  const of = (what: string, length: number): Bytes => bytesOf(`${seed} ${what}`, length)
  return { s: who.secret, e: of('e', 32), kemSeed: of('kem seed', 64), kemRandom: of('kem random', 32) }
}

export type Calling = { readonly message: Bytes; readonly waiting: Waiting }
export type Answer = { readonly message: Bytes; readonly established: Established }

/** HS1 of Bob to the inviter. */
export function call(seed = 'hs1', from: Invite = invite, me = bob, payload = bobSays): Calling {
  const entropy = bytesOf(seed, INITIATE_ENTROPY_BYTES)
  const { psk } = inviteKeys(from.secret)
  return initiate({ context: contextOf(from), psk, me, them: from.inviter, payload, entropy })
}

/** The same in its envelope. */
export function envelopeOf(message: Bytes, under = keys): Bytes {
  const body = encodeCall({ nonce: context.nonce, message })
  return sealEnvelope(under, 'i', 'hs1', body, bytesOf('envelope nonce', 24))
}

/** What a relay can make that looks right from outside: an envelope under keys of its own, for our topic. */
export function foreignEnvelope(topic: Bytes): Bytes {
  const link = bytesOf("mallory's link", 32)
  const { message } = call('foreign', inviteOf(alice, link), mallory)
  return envelopeOf(message, { ...inviteKeys(link), topic })
}

/** The inviter reads HS1. */
export function hear(message: Bytes, from: Invite = invite, me = alice): Received {
  return receive({ context: contextOf(from), psk: inviteKeys(from.secret).psk, me, message })
}

export function answer(received: Received, seed = 'hs2', says = aliceSays): Answer {
  const reply = { ...says, status: 'ok' } as const
  const { message, established } = respond(received, reply, bytesOf(seed, RESPOND_ENTROPY_BYTES))
  if (!established) throw new Error('no session')
  return { message, established }
}

/** What Alice makes of HS1, what Bob makes of HS2. */
export const hears = (message: Bytes): ErrorCode | 'nothing thrown' => codeOf(() => hear(message))
export const takes = (waiting: Waiting, message: Bytes): ErrorCode | 'nothing thrown' =>
  codeOf(() => finish(waiting, message))

export const kemPublicOf = (seed: Bytes): Bytes => kemKeygen(seed).public

/** An attacker's Noise at its beginning, with Alice as the responder. */
export const noise = (): Noise => new Noise(prologue, alice.public)

export type End = { readonly established: Established; readonly session: Session; readonly seal: (f: Frame) => Bytes }

/** Alice and Bob have met; `wire` is everything that passed. */
export function meet(seed = ''): { a: End; b: End; wire: { hs1: Bytes; hs2: Bytes; confirm: Bytes; ack: Bytes } } {
  const { message: hs1, waiting } = call(`hs1${seed}`)
  const { message: hs2, established } = answer(hear(hs1), `hs2${seed}`)
  const a = endOf(established, `a${seed}`)
  const b = endOf(accepted(waiting, hs2), `b${seed}`)
  const confirm = b.seal({ type: 'confirm', caps: 0 })
  a.session.open(confirm)
  const ack = a.seal({ type: 'ack' })
  b.session.open(ack)
  return { a, b, wire: { hs1, hs2, confirm, ack } }
}

export function accepted(waiting: Waiting, message: Bytes): Established {
  const { established } = finish(waiting, message)
  if (!established) throw new Error('refused')
  return established
}

export function endOf(established: Established, seed: string): End {
  return { established, session: established.session, seal: sealer(established.session, seed) }
}

/** A session of Alice's under keys that a dishonest initiator knows, and that initiator. */
export function dishonest(id = bytesOf('session', 16)): { alices: Session; chain: Chain; alicesKey: Bytes } {
  const root = bytesOf('root', 32)
  const [headerI, nextHeaderR] = [bytesOf('hi', 32), bytesOf('nhr', 32)]
  const own = keyPairOf("alice's ratchet key")
  return {
    alices: new Session('responder', id, responderRatchet({ root, headerI, nextHeaderR }, own)),
    chain: new Chain(id, root, headerI, bytesOf("mallory's ratchet key", 32), own.public),
    alicesKey: own.public,
  }
}

export const opens = (session: Session, bytes: Bytes): ErrorCode | 'nothing thrown' => codeOf(() => session.open(bytes))
export const say = (n: number): Frame => ({
  type: 'message',
  id: bytesOf(`id ${n}`, 16),
  body: bytesOf(`body ${n}`, 20),
})
export const asPublic = (bytes: Bytes): PublicKey => bytes as PublicKey
