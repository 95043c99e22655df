import { expect, test } from 'playwright/test'
import { concat, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import {
  finish,
  initiate,
  INITIATE_ENTROPY_BYTES,
  PATTERN,
  pskId,
  readPskId,
  receive,
  respond,
  RESPOND_ENTROPY_BYTES,
} from '../../src/protocol/handshake.ts'
import type { Context, Established, Received } from '../../src/protocol/handshake.ts'
import type { RtcDescription } from '../../src/protocol/description.ts'
import { asPsk } from '../../src/protocol/primitives.ts'
import type { Psk } from '../../src/protocol/primitives.ts'
import {
  flip,
  alice,
  aliceSays,
  bob,
  bobSays,
  bytesOf,
  codeOf,
  firstMessage,
  invited,
  known,
  psk,
  sealer,
} from './help.ts'

function heard(context: Context, message: Bytes, secret: Psk = psk): Received {
  return receive({ context, psk: secret, me: alice, message })
}

function answer(received: Received, seed = 'hs2'): { message: Bytes; established: Established } {
  const { message, established } = respond(
    received,
    { ...aliceSays, status: 'ok' },
    bytesOf(seed, RESPOND_ENTROPY_BYTES),
  )
  return { message, established: established! }
}

const described: RtcDescription = {
  setup: 'actpass',
  ufrag: 'abcd',
  pwd: 'abcdefghijklmnopqrstuv',
  fingerprint: bytesOf('fingerprint', 32),
  sctpPort: 5000,
  maxMessageSize: 262144,
  candidates: [
    { type: 'host', address: { kind: 'ipv4', bytes: Uint8Array.of(192, 0, 2, 1) }, port: 5000, priority: 7 },
  ],
}

for (const context of [invited, known]) {
  test(`both sides end with the same keys: ${context.mode}`, () => {
    const { message, waiting } = firstMessage(context)
    const received = heard(context, message)
    expect(toHex(received.them)).toBe(toHex(bob.public))
    expect(received.payload).toEqual(bobSays)
    const alices = answer(received)
    const { reply, established } = finish(waiting, alices.message)
    expect(reply).toEqual({ ...aliceSays, status: 'ok' })
    const { session: mine, ...bobsKeys } = established!
    const { session: hers, ...alicesKeys } = alices.established
    expect(bobsKeys).toEqual(alicesKeys)
    expect([mine.role, hers.role]).toEqual(['initiator', 'responder'])
    expect(bobsKeys.sessionId).toHaveLength(16)
    for (const key of [bobsKeys.pairRoot, bobsKeys.pairId])
      expect(key?.length).toBe(context.mode === 'invite' ? 32 : undefined)
    const confirm = sealer(mine, 'b')({ type: 'confirm', caps: 5 })
    expect(hers.open(confirm)).toEqual({ type: 'confirm', caps: 5 })
    expect(mine.open(sealer(hers, 'a')({ type: 'ack' }))).toEqual({ type: 'ack' })
  })
}

test('messages have the sizes of the README, whatever they carry', () => {
  expect(firstMessage(invited).message).toHaveLength(1808)
  expect(firstMessage(known).message).toHaveLength(1816)
  expect(answer(heard(invited, firstMessage(invited).message)).message).toHaveLength(1664)
  const large = { ...described, pwd: 'p'.repeat(255), ufrag: 'u'.repeat(255) }
  const entropy = bytesOf('hs1', INITIATE_ENTROPY_BYTES)
  const payload = { ...bobSays, description: large }
  const { message } = initiate({ context: invited, psk, me: bob, them: alice.public, payload, entropy })
  expect(message).toHaveLength(1808 + 512)
  expect(heard(invited, message).payload).toEqual(payload)
})

test('transport descriptions travel both ways', () => {
  const entropy = bytesOf('hs1', INITIATE_ENTROPY_BYTES)
  const payload = { ...bobSays, description: described }
  const { message, waiting } = initiate({ context: invited, psk, me: bob, them: alice.public, payload, entropy })
  const received = heard(invited, message)
  expect(received.payload).toEqual(payload)
  const reply = { ...aliceSays, status: 'ok' as const, description: { ...described, setup: 'active' as const } }
  expect(finish(waiting, respond(received, reply, bytesOf('hs2', RESPOND_ENTROPY_BYTES)).message).reply).toEqual(reply)
})

test('a refusal is authenticated, carries no session, and spends both steps', () => {
  for (const status of ['used', 'expired', 'declined'] as const) {
    const { message, waiting } = firstMessage(invited)
    const received = heard(invited, message)
    const refusal = respond(received, { status }, bytesOf('hs2', RESPOND_ENTROPY_BYTES))
    expect(refusal.established).toBeUndefined()
    expect(refusal.message).toHaveLength(1664)
    expect(finish(waiting, refusal.message)).toEqual({ reply: { status } })
    expect(codeOf(() => finish(waiting, refusal.message))).toBe('state')
    expect(codeOf(() => answer(received))).toBe('state')
  }
})

// ── What does not belong together ──

test('a nonce of another length is a mistake of ours', () => {
  expect(codeOf(() => firstMessage({ ...invited, nonce: new Uint8Array(15) }))).toBe('state')
})

test('messages cut, extended, empty or exchanged are refused by size', () => {
  const { message, waiting } = firstMessage(invited)
  const { message: reply } = answer(heard(invited, message))
  for (const change of [
    (m: Bytes) => m.slice(1),
    (m: Bytes) => m.slice(0, -1),
    (m: Bytes) => concat(m, Uint8Array.of(0)),
    () => new Uint8Array(0),
  ]) {
    expect(codeOf(() => heard(invited, change(message)))).toBe('malformed')
    expect(codeOf(() => finish(waiting, change(reply)))).toBe('malformed')
  }
  expect(codeOf(() => finish(waiting, message))).toBe('malformed')
  expect(codeOf(() => heard(invited, reply))).toBe('malformed')
})

test('the initiator takes the first valid of two answers to one HS1', () => {
  const { message, waiting } = firstMessage(invited)
  const other = answer(heard(invited, message), 'second answer').message
  const taken = answer(heard(invited, message)).message
  expect(finish(waiting, taken).established).toBeDefined()
  expect(codeOf(() => finish(waiting, other))).toBe('state')
})

test('each answer is given once', () => {
  const received = heard(invited, firstMessage(invited).message)
  answer(received)
  expect(codeOf(() => answer(received))).toBe('state')
})

test('every session has its own keys', () => {
  const ids = ['one', 'two'].flatMap((seed) =>
    [invited, known].map((context) => {
      const { established } = answer(heard(context, firstMessage(context, seed).message), seed)
      return [toHex(established.sessionId), toHex(established.pskNext)]
    }),
  )
  expect(new Set(ids.flat()).size).toBe(8)
})

test('entropy of another length is a mistake of ours', () => {
  const start = (length: number): string =>
    codeOf(() =>
      initiate({ context: invited, psk, me: bob, them: alice.public, payload: bobSays, entropy: bytesOf('e', length) }),
    )
  expect([INITIATE_ENTROPY_BYTES - 1, INITIATE_ENTROPY_BYTES + 1].map(start)).toEqual(['state', 'state'])
  const received = heard(invited, firstMessage(invited).message)
  expect(codeOf(() => respond(received, { status: 'used' }, bytesOf('e', 64)))).toBe('state')
  expect(codeOf(() => answer(received))).toBe('nothing thrown')
})

test('a name that needs cleaning is cleaned, a description that cannot be sent is refused before anything is spent', () => {
  const received = heard(invited, firstMessage(invited).message)
  const bad = { ...aliceSays, status: 'ok' as const, description: { ...described, pwd: 'short' } }
  expect(codeOf(() => respond(received, bad, bytesOf('e', RESPOND_ENTROPY_BYTES)))).toBe('malformed')
  expect(codeOf(() => answer(received))).toBe('nothing thrown')
})

// ── Keys ──

test('the psk id names the secret and stands before HS1 of a reconnection only', () => {
  const { message } = firstMessage(known)
  expect(toHex(readPskId(message))).toBe(toHex(pskId(psk)))
  expect(pskId(psk)).toHaveLength(8)
  expect(toHex(pskId(asPsk(flip(psk, 31))))).not.toBe(toHex(pskId(psk)))
  expect(codeOf(() => readPskId(message.slice(0, 7)))).toBe('malformed')
})

test('the pattern ships as frozen in the README', () => {
  expect(PATTERN).toEqual({
    protocolName: 'Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256',
    known: { initiator: false, responder: true },
    messages: [
      ['psk', 'e', 'es', 'e1', 's', 'ss'],
      ['e', 'ee', 'ekem1', 'se'],
    ],
  })
})
