import { readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import { fromHex, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { HandshakeState } from '../../src/protocol/noise.ts'
import type { HandshakeOptions, NoiseKeyPair, Pattern } from '../../src/protocol/noise.ts'
import { asPsk, asSecretKey, publicKey } from '../../src/protocol/primitives.ts'
import { CipherState } from '../../src/protocol/symmetric.ts'
import { alice, bob, bytesOf, codeOf, flip, keyPairOf } from './help.ts'
import { patternOf } from './patterns.ts'

type Vector = {
  readonly protocol_name: string
  readonly init_prologue: string
  readonly init_static?: string
  readonly init_ephemeral?: string
  readonly init_remote_static?: string
  readonly init_psks?: readonly string[]
  readonly resp_prologue: string
  readonly resp_static?: string
  readonly resp_ephemeral?: string
  readonly resp_remote_static?: string
  readonly resp_psks?: readonly string[]
  readonly handshake_hash?: string
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[]
}

function vectorsIn(file: string): readonly Vector[] {
  const all = JSON.parse(readFileSync(`tests/vectors/${file}`, 'utf8')) as { vectors: Vector[] }
  return all.vectors.filter((vector) => vector.protocol_name.endsWith('_25519_ChaChaPoly_SHA256'))
}

function pairOf(secretHex: string): NoiseKeyPair {
  const secret = asSecretKey(fromHex(secretHex))
  return { secret, public: publicKey(secret) }
}

function stateOf(vector: Vector, pattern: Pattern, side: 'init' | 'resp'): HandshakeState {
  const own = vector[`${side}_static`]
  const remote = vector[`${side}_remote_static`]
  const options: HandshakeOptions = {
    pattern,
    initiator: side === 'init',
    prologue: fromHex(vector[`${side}_prologue`]),
    psks: (vector[`${side}_psks`] ?? []).map((psk) => asPsk(fromHex(psk))),
    ...(own === undefined ? {} : { s: pairOf(own) }),
    ...(remote === undefined ? {} : { rs: fromHex(remote) }),
  }
  return new HandshakeState(options)
}

/** Runs both sides through the handshake and the transport messages, comparing every byte. */
function run(vector: Vector): void {
  const pattern = patternOf(vector.protocol_name)
  const initiator = stateOf(vector, pattern, 'init')
  const responder = stateOf(vector, pattern, 'resp')
  const ephemeral = { init: vector.init_ephemeral, resp: vector.resp_ephemeral }
  const count = pattern.messages.length
  vector.messages.slice(0, count).forEach(({ payload, ciphertext }, i) => {
    const [writer, reader] = i % 2 === 0 ? [initiator, responder] : [responder, initiator]
    const e = ephemeral[i % 2 === 0 ? 'init' : 'resp']
    const sent = writer.writeMessage(fromHex(payload), e === undefined ? {} : { e: pairOf(e) })
    expect(toHex(sent)).toBe(ciphertext)
    expect(toHex(reader.readMessage(sent))).toBe(payload)
  })
  expect(toHex(responder.handshakeHash)).toBe(toHex(initiator.handshakeHash))
  if (vector.handshake_hash !== undefined) expect(toHex(initiator.handshakeHash)).toBe(vector.handshake_hash)
  transport(vector, count, initiator, responder)
}

function transport(vector: Vector, from: number, initiator: HandshakeState, responder: HandshakeState): void {
  const none = new Uint8Array(0)
  const sending = initiator.split()
  const receiving = responder.split()
  const oneWay = from === 1
  vector.messages.slice(from).forEach(({ payload, ciphertext }, i) => {
    // Turns go on alternating; in a one-way pattern only the initiator sends.
    const direction = oneWay || (from + i) % 2 === 0 ? 0 : 1
    const sent = sending[direction].encryptWithAd(none, fromHex(payload))
    expect(toHex(sent)).toBe(ciphertext)
    expect(toHex(receiving[direction].decryptWithAd(none, sent))).toBe(payload)
  })
}

for (const [file, count] of [
  ['cacophony.txt', 59],
  ['snow.txt', 51],
] as const) {
  test(`the Noise engine gives every answer of ${file} for 25519, ChaChaPoly, SHA256`, async () => {
    const vectors = vectorsIn(file)
    expect(vectors).toHaveLength(count)
    for (const vector of vectors) await test.step(vector.protocol_name, () => run(vector))
  })
}

const HYBRID: Pattern = {
  protocolName: 'Noise_NNhfs_25519+MLKEM768_ChaChaPoly_SHA256',
  known: { initiator: false, responder: false },
  messages: [
    ['e', 'e1'],
    ['e', 'ee', 'ekem1'],
  ],
}

function hybrids(): [HandshakeState, HandshakeState] {
  const prologue: Bytes = new Uint8Array(0)
  return [
    new HandshakeState({ pattern: HYBRID, initiator: true, prologue }),
    new HandshakeState({ pattern: HYBRID, initiator: false, prologue }),
  ]
}

test('the KEM tokens send the key in clear where there is no key yet, sealed where there is, and mix the secret in', () => {
  const [initiator, responder] = hybrids()
  const none = new Uint8Array(0)
  const first = initiator.writeMessage(none, { e: keyPairOf('e'), kemSeed: bytesOf('seed', 64) })
  expect(first).toHaveLength(32 + 1184)
  responder.readMessage(first)
  const second = responder.writeMessage(none, { e: keyPairOf('re'), kemRandom: bytesOf('m', 32) })
  expect(second).toHaveLength(32 + 1088 + 16 + 16)
  initiator.readMessage(second)
  expect(toHex(initiator.split()[0].key!)).toBe(toHex(responder.split()[0].key!))
})

test('other KEM randomness gives other keys', () => {
  const keys = ['m', 'another m'].map((seed) => {
    const [initiator, responder] = hybrids()
    responder.readMessage(
      initiator.writeMessage(new Uint8Array(0), { e: keyPairOf('e'), kemSeed: bytesOf('seed', 64) }),
    )
    responder.writeMessage(new Uint8Array(0), { e: keyPairOf('re'), kemRandom: bytesOf(seed, 32) })
    return toHex(responder.split()[0].key!)
  })
  expect(keys[0]).not.toBe(keys[1])
})

test('a step out of turn, twice, or without its key is refused', () => {
  const [initiator, responder] = hybrids()
  const none = new Uint8Array(0)
  expect(codeOf(() => responder.writeMessage(none, {}))).toBe('state')
  expect(codeOf(() => initiator.readMessage(none))).toBe('state')
  expect(codeOf(() => initiator.split())).toBe('state')
  expect(codeOf(() => initiator.copy().writeMessage(none, {}))).toBe('state')
  const pattern = patternOf('Noise_IK_25519_ChaChaPoly_SHA256')
  expect(codeOf(() => new HandshakeState({ pattern, initiator: true, prologue: none, s: bob }))).toBe('state')
})

test('a copy reads on its own: what fails on it leaves the original as it was', () => {
  const pattern = patternOf('Noise_NN_25519_ChaChaPoly_SHA256')
  const none = new Uint8Array(0)
  const initiator = new HandshakeState({ pattern, initiator: true, prologue: none })
  const responder = new HandshakeState({ pattern, initiator: false, prologue: none })
  responder.readMessage(initiator.writeMessage(none, { e: bob }))
  const answer = responder.writeMessage(bytesOf('payload', 20), { e: alice })
  const damaged = answer.slice()
  damaged[40]! ^= 1
  expect(codeOf(() => initiator.copy().readMessage(damaged))).toBe('bad-tag')
  expect(toHex(initiator.copy().readMessage(answer))).toBe(toHex(bytesOf('payload', 20)))
  expect(toHex(initiator.readMessage(answer))).toBe(toHex(bytesOf('payload', 20)))
})

test('a cipher that refused a damaged box still opens the true one', () => {
  const [ours, theirs] = [new CipherState(bytesOf('k', 32)), new CipherState(bytesOf('k', 32))]
  const [ad, plain] = [bytesOf('ad', 5), bytesOf('plain', 20)]
  for (let i = 0; i < 3; i++) {
    const box = ours.encryptWithAd(ad, plain)
    expect(codeOf(() => theirs.decryptWithAd(ad, flip(box, i)))).toBe('bad-tag')
    expect(toHex(theirs.decryptWithAd(ad, box))).toBe(toHex(plain))
  }
})
