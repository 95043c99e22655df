/** Handshake messages that only a forger writes, made by the second implementation; and what both implementations agree on. */
import { expect, test } from 'playwright/test'
import { toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import {
  finish,
  initiate,
  INITIATE_ENTROPY_BYTES,
  receive,
  respond,
  RESPOND_ENTROPY_BYTES,
} from '../../src/protocol/handshake.ts'
import { encodePayload, encodeReply } from '../../src/protocol/payload.ts'
import type { PublicKey } from '../../src/protocol/primitives.ts'
import {
  LOW_ORDER,
  flip,
  alice,
  aliceSays,
  bob,
  bobSays,
  bytesOf,
  codeOf,
  invited,
  keyPairOf,
  psk,
  sealer,
} from './help.ts'
import { dh, publicOf } from '../second/crypto.ts'
import { exportsOf } from '../second/handshake.ts'
import type { Instead } from '../second/handshake.ts'
import { kemKeys } from '../second/mlkem.ts'
import { transcript } from '../second/transcript.ts'
import type { Inputs } from '../second/transcript.ts'

const firstEntropy = bytesOf('hs1', INITIATE_ENTROPY_BYTES)
const secondEntropy = bytesOf('hs2', RESPOND_ENTROPY_BYTES)
const alicesRatchet = publicOf(secondEntropy.slice(64)) as PublicKey

/** The very handshake that our own code makes from the same entropy. */
const inputs: Inputs = {
  terms: { mode: 1, agreed: invited.invite, nonce: invited.nonce, psk },
  initStatic: bob.secret,
  respStatic: alice.secret,
  initEphemeral: firstEntropy.slice(0, 32),
  respEphemeral: secondEntropy.slice(0, 32),
  kemSeed: firstEntropy.slice(32, 96),
  kemRandom: secondEntropy.slice(32, 64),
  payload1: encodePayload(bobSays),
  payload2: encodeReply({ ...aliceSays, status: 'ok', ratchet: alicesRatchet }),
}

const hear = (message: Bytes): string => codeOf(() => receive({ context: invited, psk, me: alice, message }))
const start = (): ReturnType<typeof initiate> =>
  initiate({ context: invited, psk, me: bob, them: alice.public, payload: bobSays, entropy: firstEntropy })
const forgedHs1 = (forge: Instead, change: Partial<Inputs> = {}): string =>
  hear(transcript({ ...inputs, ...change }, forge).hs1)
const forgedHs2 = (forge: Instead, change: Partial<Inputs> = {}): string => {
  const { waiting } = start()
  const code = codeOf(() => finish(waiting, transcript({ ...inputs, ...change }, forge).hs2))
  // Whatever it was, the true answer is still taken.
  expect(finish(waiting, transcript(inputs).hs2).established).toBeDefined()
  return code
}

test('both implementations write the same bytes and derive the same keys', () => {
  const reference = transcript(inputs)
  const { message, waiting } = start()
  expect(toHex(message)).toBe(toHex(reference.hs1))
  const received = receive({ context: invited, psk, me: alice, message: reference.hs1 })
  const answer = respond(received, { ...aliceSays, status: 'ok' }, secondEntropy)
  expect(toHex(answer.message)).toBe(toHex(reference.hs2))
  const { established } = finish(waiting, reference.hs2)
  const keys = exportsOf(reference.keys, 1)
  for (const side of [established!, answer.established!]) {
    expect(toHex(side.handshakeHash)).toBe(toHex(reference.keys.h))
    expect(side).toMatchObject({
      sessionId: keys.sessionId,
      pskNext: keys.pskNext,
      pairRoot: keys.pairRoot,
      pairId: keys.pairId,
    })
  }
})

const zero = new Uint8Array(32)

test('points of low order as e, s or ratchet key: refused, no key derived', () => {
  for (const point of LOW_ORDER) {
    expect(forgedHs1({ e: point, es: zero })).toBe('bad-key')
    expect(forgedHs1({ s: point, ss: zero })).toBe('bad-key')
    const payload2 = encodeReply({ ...aliceSays, status: 'ok', ratchet: point })
    expect(forgedHs2({}, { payload2 })).toBe('bad-key')
  }
})

test('a static or ratchet key in another encoding: refused', () => {
  const highBit = flip(bob.public, 31, 0x80)
  expect(forgedHs1({ s: highBit })).toBe('bad-key')
  const payload2 = encodeReply({ ...aliceSays, status: 'ok', ratchet: highBit as PublicKey })
  expect(forgedHs2({}, { payload2 })).toBe('bad-key')
})

test("our own key as the other side's: refused as such", () => {
  expect(forgedHs1({}, { initStatic: alice.secret })).toBe('self')
})

test('an ML-KEM key out of range: refused when read', () => {
  const e1 = kemKeys(inputs.kemSeed).publicKey.slice()
  // Coefficient 0 becomes 4095.
  e1[0] = 0xff
  e1[1]! |= 0x0f
  expect(forgedHs1({ e1 })).toBe('bad-key')
})

test('an ML-KEM ciphertext that does not belong here shows at the next tag', () => {
  expect(forgedHs2({ ciphertext: bytesOf('ciphertext', 1088) })).toBe('bad-tag')
})

test('no classical fallback: the same messages under a name without hfs, or of another suite, are refused', () => {
  for (const name of ['Noise_IKpsk0_25519_ChaChaPoly_SHA256', 'Noise_IKhfs+psk0_25519+MLKEM1024_ChaChaPoly_SHA256'])
    expect(forgedHs1({ name })).toBe('bad-tag')
})

test('payloads of another size or with fields that do not belong are refused', () => {
  expect(forgedHs1({}, { payload1: new Uint8Array(513) })).toBe('malformed')
  expect(forgedHs1({}, { payload1: new Uint8Array(512) })).toBe('malformed')
  expect(forgedHs1({}, { payload1: inputs.payload2 })).toBe('malformed')
  expect(forgedHs2({}, { payload2: inputs.payload1 })).toBe('malformed')
})

test("with A's key but not the link nobody gets a message to A", () => {
  expect(forgedHs1({}, { terms: { ...inputs.terms, psk: bytesOf('a guess', 32) } })).toBe('bad-tag')
})

test("with A's key and the link, a thief who poses as B to A never reads A's first frame", () => {
  // ss = DH(A's secret, B's public key): known to the thief. se needs B's secret.
  const thief = keyPairOf('thief')
  const ss = dh(alice.secret, bob.public)
  const posing = { ...inputs, initStatic: thief.secret }
  const { hs1 } = transcript(posing, { s: bob.public, ss })
  const received = receive({ context: invited, psk, me: alice, message: hs1 })
  expect(toHex(received.them)).toBe(toHex(bob.public))
  const answer = respond(received, { ...aliceSays, status: 'ok' }, secondEntropy)
  // Everything the thief can compute, se with its own key in the place of B's.
  const guess = exportsOf(transcript(posing, { s: bob.public, ss }).keys, 1)
  expect(toHex(guess.sessionId)).not.toBe(toHex(answer.established!.sessionId))
  expect(codeOf(() => answer.established!.session.open(new Uint8Array(256).fill(1)))).toBe('bad-tag')
  expect(codeOf(() => sealer(answer.established!.session, 'a')({ type: 'ack' }))).toBe('state')
})
