/**
 * HS1 and HS2: tampered with, and written by a forger who has every key (the second implementation), so that what stands
 * behind the tags is reached. After each refusal the true message must still be taken.
 */
import fc from 'fast-check'
import { concat, equal } from '../../../src/protocol/bytes.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { finish, initiate, pskId, receive } from '../../../src/protocol/handshake.ts'
import type { Context, Received } from '../../../src/protocol/handshake.ts'
import { encodePayload, encodeReply } from '../../../src/protocol/payload.ts'
import { asPublicKey } from '../../../src/protocol/primitives.ts'
import type { PublicKey } from '../../../src/protocol/primitives.ts'
import { alice, aliceSays, bob, bobSays, flip, invited, known, LOW_ORDER, psk } from '../../protocol/help.ts'
import { join } from '../../attacks/attacker.ts'
import { decoder, ITSELF } from '../decoder.ts'
import type { Trial } from '../decoder.ts'
import { fit, mutated } from '../mutate.ts'
import { bobsKeys, firstEntropy, firstRatchet, forge } from './forger.ts'
import { bytesLike, payloads, replies } from './formats.ts'

const SIZES = [512, 1024, 2048]
/** To the nearest size that a payload may have, or left at one that it may not. */
export function payloadSized(bytes: Bytes): Bytes {
  return bytes.length % 16 === 1 ? bytes : fit(bytes, SIZES.find((size) => bytes.length <= size) ?? 2048)
}

const hs1Says = encodePayload(bobSays)
const hs2Says = encodeReply({ ...aliceSays, status: 'ok', ratchet: firstRatchet as PublicKey })
const terms = { mode: 1, agreed: join(invited.invite, invited.nonce), psk }
const honest = forge(terms, hs1Says)
const [hs1, hs2] = [honest.hs1(hs1Says), honest.hs2(hs2Says)]
const reconnecting = join(
  pskId(psk),
  forge({ mode: 2, agreed: join(known.pairId, known.nonce), psk }, hs1Says).hs1(hs1Says),
)

// ── HS1 ──

/** Alice hears; whoever she hears has a key that is no other spelling of a key, and not hers. */
function hearing(context: Context): (message: Bytes) => Trial<Received> {
  return (message) => ({
    decode: () => receive({ context, psk, me: alice, message }),
    after(outcome) {
      if (!('value' in outcome)) return
      const { them } = outcome.value
      if (equal(asPublicKey(them), alice.public)) throw new Error('she hears herself')
    },
  })
}

/** Bytes as e 32 ‖ ML-KEM key 1184 ‖ s 32, in an HS1 whose tags are all right. */
function withKeys(bytes: Bytes): Bytes {
  const keys = { e: bytes.slice(0, 32), e1: bytes.slice(32, 1216), s: bytes.slice(1216, 1248) }
  return forge(terms, hs1Says, keys).hs1(hs1Says)
}

/** Zero as the ephemeral key, of which no Diffie-Hellman comes. */
function withoutE(message: Bytes): Bytes {
  return concat(new Uint8Array(32), message.slice(32))
}

const keysOf = ({ e = bobsKeys.e, s = bobsKeys.s }): Bytes => concat(e, bobsKeys.e1, s)

// ── HS2 ──

/** Bob waits; whatever is refused, he must still take the true answer, and after a valid one nothing more. */
function answering(message: Bytes): Trial<ReturnType<typeof finish>> {
  const { waiting } = initiate({
    context: invited,
    psk,
    me: bob,
    them: alice.public,
    payload: bobSays,
    entropy: firstEntropy,
  })
  return {
    decode: () => finish(waiting, message),
    after(outcome) {
      if ('code' in outcome) return void finish(waiting, hs2)
      try {
        finish(waiting, hs2)
      } catch {
        return
      }
      throw new Error('answered twice')
    },
  }
}

const byStatus = ({ reply }: ReturnType<typeof finish>): string => (reply.status === 'ok' ? 'ok' : 'refusal')
const accepting = replies.filter((one) => one[3] === 0)
const refusal = honest.hs2(encodeReply({ status: 'used' }))

export const handshakes = [
  decoder({
    name: 'HS1 of an invite',
    covers: ['protocol/handshake.ts receive'],
    valid: [hs1],
    inputs: bytesLike([hs1, hs2]),
    examples: [withoutE(hs1)],
    outcomes: ['value', 'malformed', 'bad-tag', 'bad-key'],
    trial: hearing(invited),
    runs: 300,
    limit: { length: 3344, by: ITSELF },
  }),
  decoder({
    name: 'HS1 of a contact',
    covers: ['protocol/handshake.ts receive'],
    valid: [reconnecting],
    inputs: bytesLike([reconnecting]),
    examples: [concat(reconnecting.slice(0, 8), withoutE(reconnecting.slice(8)))],
    outcomes: ['value', 'malformed', 'bad-tag', 'bad-key'],
    trial: hearing(known),
    runs: 300,
    limit: { length: 3352, by: ITSELF },
  }),
  decoder({
    name: 'HS1 sealed around nonsense',
    covers: ['protocol/handshake.ts receive'],
    valid: payloads.slice(0, 8).map(honest.hs1),
    inputs: mutated(payloads).map(payloadSized).map(honest.hs1),
    outcomes: ['value', 'malformed'],
    trial: hearing(invited),
    runs: 200,
  }),
  decoder({
    name: 'HS1 with the keys of a forger',
    covers: ['protocol/handshake.ts receive'],
    valid: [withKeys(keysOf({}))],
    inputs: mutated([keysOf({})]).map((bytes) => withKeys(fit(bytes, 1248))),
    examples: [
      ...LOW_ORDER.map((e) => withKeys(keysOf({ e }))),
      ...[...LOW_ORDER, flip(bob.public, 31, 0x80), alice.public].map((s) => withKeys(keysOf({ s }))),
    ],
    outcomes: ['value', 'bad-key', 'self'],
    trial: hearing(invited),
    runs: 80,
  }),
  decoder({
    name: 'HS2',
    covers: ['protocol/handshake.ts finish'],
    valid: [hs2, refusal],
    inputs: bytesLike([hs2, refusal]),
    examples: [withoutE(hs2)],
    outcomes: ['ok', 'refusal', 'malformed', 'bad-tag', 'bad-key'],
    trial: answering,
    label: byStatus,
    runs: 100,
    limit: { length: 3200, by: ITSELF },
  }),
  decoder({
    name: 'HS2 sealed around nonsense',
    covers: ['protocol/handshake.ts finish'],
    valid: accepting.slice(0, 4).map(honest.hs2),
    inputs: fc.oneof(mutated(replies), mutated(accepting)).map(payloadSized).map(honest.hs2),
    examples: [
      refusal,
      ...LOW_ORDER.map((ratchet) => honest.hs2(encodeReply({ ...aliceSays, status: 'ok', ratchet }))),
    ],
    outcomes: ['ok', 'refusal', 'malformed', 'bad-key'],
    trial: answering,
    label: byStatus,
    runs: 100,
  }),
]
