/** What stolen long-term secrets are good for, and what not: posing as somebody else, and reading what was recorded. */
import { expect, test } from 'playwright/test'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { decodeFrame } from '../../src/protocol/frame.ts'
import { pskId, receive } from '../../src/protocol/handshake.ts'
import { decodePayload, decodeReply } from '../../src/protocol/payload.ts'
import { openEnvelope } from '../../src/protocol/envelope.ts'
import { asPsk } from '../../src/protocol/primitives.ts'
import { alice, bob, bytesOf, codeOf, known, psk } from '../protocol/help.ts'
import { Chain, inviteSecrets, join, Noise, openBody, publicOf, sha } from './attacker.ts'
import { readHs1, readHs2, writeHs1, x25519, xOpen } from './attacker.ts'
import * as at from './scene.ts'

const thief = at.ownOf(at.mallory, 'thief')
const zero = new Uint8Array(32)
const CONFIRM = join(1, new Uint8Array(16), 0, 0, 0, 4, 0, 0, 0, 0)

// ── Key compromise impersonation: the thief has Alice's identity key and poses as Bob towards her ──

/** HS1 in Bob's name: ss comes from Alice's own secret. */
function posing(noise: Noise, secret: Bytes): Bytes {
  const ss = x25519(alice.secret, bob.public)
  return writeHs1(noise, thief, secret, alice.public, at.payload1, { s: bob.public, ss })
}

/** Everything like a psk that can be made without the link. */
const guesses: readonly Bytes[] = [
  zero,
  at.keysOf(at.inviteOf(alice, bytesOf("the thief's own link", 32))).psk,
  inviteSecrets(alice.secret).psk,
  inviteSecrets(alice.public).psk,
  x25519(alice.secret, bob.public),
  sha(at.invite.bytes.slice(0, 38)),
]

test("attack 26: with Alice's key but not the link nobody gets an HS1 to her", () => {
  for (const guess of guesses) {
    expect(at.hears(posing(at.noise(), guess))).toBe('bad-tag')
    // Nor through the envelope before it.
    const { topic } = at.keys
    const foreign = at.envelopeOf(posing(at.noise(), guess), { ...at.keysOf({ ...at.invite, secret: guess }), topic })
    expect(codeOf(() => openEnvelope(at.keys, 'i', foreign))).toBe('bad-tag')
  }
  expect(at.hears(posing(at.noise(), at.keys.psk))).toBe('nothing thrown')
})

test("attack 26: nor as a contact, with Alice's key but not the pair's secret", () => {
  const prologue = join('sotto/1/hs', 2, sha(join(known.pairId, known.nonce)))
  const hears = (secret: Bytes, id: Bytes): string => {
    const message = join(id, posing(new Noise(prologue, alice.public), secret))
    return codeOf(() => receive({ context: known, psk, me: alice, message }))
  }
  for (const guess of guesses)
    for (const id of [pskId(psk), pskId(asPsk(guess))]) expect(hears(guess, id)).toBe('bad-tag')
  expect(hears(psk, pskId(psk))).toBe('nothing thrown')
})

/** What the thief makes of Alice's answer with this in the place of se: its payload, and frames under the keys that follow. */
function takeOver(noise: Noise, reply: Bytes, se: (re: Bytes) => Bytes): { payload: Bytes | undefined; frame: Bytes } {
  const agree = (re: Bytes, which: 'ee' | 'se'): Bytes => (which === 'ee' ? x25519(thief.e, re) : se(re))
  const payload = readHs2(noise, thief.kemSeed, reply, agree)
  if (!payload) noise.mixHash(reply.slice(-528))
  const ratchet = payload ? ratchetIn(payload) : at.mallory.public
  const chain = new Chain(noise.exported('session-id', 16), ...firstKeys(noise), thief.e, ratchet)
  return { payload, frame: chain.frame(CONFIRM) }
}

function firstKeys(noise: Noise): [root: Bytes, header: Bytes] {
  return [noise.exported('dr-root', 32), noise.exported('dr-hk-i', 32)]
}

/** Alice's first ratchet key, in the payload of HS2. */
function ratchetIn(payload: Bytes): Bytes {
  const reply = decodeReply(payload)
  if (reply.status !== 'ok') throw new Error('refused')
  return reply.ratchet
}

test("attack 27: with Alice's key and the link a thief is heard as Bob, and never confirmed", () => {
  const noise = at.noise()
  const received = at.hear(posing(noise, at.keys.psk))
  expect(toHex(received.them)).toBe(toHex(bob.public))
  const { message, established } = at.answer(received)
  const re = message.slice(0, 32)
  // se = DH(Bob's secret, re). All that can be made of what the thief has instead:
  const instead = [
    zero,
    x25519(thief.e, re),
    x25519(thief.s, re),
    x25519(alice.secret, re),
    x25519(alice.secret, bob.public),
    x25519(thief.e, bob.public),
    x25519(thief.s, bob.public),
  ]
  for (const guess of instead) {
    const { payload, frame } = takeOver(noise.copy(), message, () => guess)
    expect(payload).toBeUndefined()
    expect(at.opens(established.session, frame)).toBe('bad-tag')
  }
  // Alice has said nothing and cannot, before a confirmation that never comes.
  expect(codeOf(() => established.session.seal({ type: 'ack' }, bytesOf('ack', 56)))).toBe('state')
  // The same steps with Bob's secret do end in a confirmed session: what was missing above was only that.
  const { payload, frame } = takeOver(noise.copy(), message, (key) => x25519(bob.secret, key))
  expect(payload).toBeDefined()
  expect(established.session.open(frame)).toEqual({ type: 'confirm', caps: 0 })
})

// ── Forward secrecy: everything was recorded, and then both identity keys, the link and the psk are given away ──

const L = inviteSecrets(at.secret)

/** The body of a recorded envelope, for who has the link. */
function unwrapped(envelope: Bytes, secrets: typeof L): Bytes | undefined {
  const ad = join('sotto/1/env', secrets.topic, 0)
  const content = xOpen(secrets.keyI, envelope.slice(1, 25), ad, envelope.slice(25))
  return content?.slice(3, 3 + content[1]! * 256 + content[2]!)
}

/** The decryptor, after HS1: with what is needed for it. */
function decryptor(wire: { hs1: Bytes }): Noise {
  const noise = at.noise()
  readHs1(noise, L.psk, wire.hs1, (key) => x25519(alice.secret, key))
  return noise
}

test("attack 28: HS1's payload opens to who has the link and Alice's key, and to nobody with less", () => {
  const { wire } = at.meet()
  const envelope = at.envelopeOf(wire.hs1)
  expect(unwrapped(envelope, inviteSecrets(bytesOf('another link', 32)))).toBeUndefined()
  const hs1 = unwrapped(envelope, L)!.slice(16)
  expect(toHex(hs1)).toBe(toHex(wire.hs1))
  const reading = (secret: Bytes, agree: Parameters<typeof readHs1>[3]) => readHs1(at.noise(), secret, hs1, agree)
  // As the README says: open to who recorded the link and later gets A's key.
  const heard = reading(L.psk, (key) => x25519(alice.secret, key))
  expect(decodePayload(heard!.payload)).toEqual(at.bobSays)
  // Both identity keys without the link, and the link with Bob's key alone.
  for (const guess of guesses) expect(reading(guess, (key) => x25519(alice.secret, key))).toBeUndefined()
  for (const es of [zero, x25519(bob.secret, hs1.slice(0, 32)), x25519(bob.secret, alice.public)])
    expect(reading(L.psk, () => es)).toBeUndefined()
})

test('attack 28: HS2 and the chat stay closed to both identity keys, the link and the psk together', () => {
  const { wire, b } = at.meet()
  const frames = [wire.confirm, wire.ack, b.seal(at.say(1))]
  const [e, re] = [wire.hs1.slice(0, 32), wire.hs2.slice(0, 32)]
  const agreements = [alice.secret, bob.secret].flatMap((own) =>
    [e, re, alice.public, bob.public].map((key) => x25519(own, key)),
  )
  const se = x25519(bob.secret, re)
  const headerKeys: Bytes[] = [L.keyI, L.keyR, L.psk, zero]
  for (const ee of [...agreements, zero]) {
    const noise = decryptor(wire)
    expect(readHs2(noise, bytesOf('a guess', 64), wire.hs2, (_, which) => (which === 'ee' ? ee : se))).toBeUndefined()
    headerKeys.push(...['dr-hk-i', 'dr-nhk-r', 'dr-root'].map((name) => noise.exported(name, 32)))
  }
  for (const frame of frames)
    for (const key of headerKeys) expect(headerOf(frame, key, b.established.sessionId)).toBeUndefined()
})

/** The header of a frame, for who has its key. */
function headerOf(frame: Bytes, key: Bytes, id: Bytes): Bytes | undefined {
  return xOpen(key, frame.slice(1, 25), join('sotto/1/dr/h', id), frame.slice(25, 81))
}

test('attack 28: either half of the fresh secrets alone opens nothing; all of them together open everything', () => {
  const { wire, b } = at.meet()
  const entropy = bytesOf('hs1', 128)
  const [e, kemSeed, ratchet] = [entropy.slice(0, 32), entropy.slice(32, 96), entropy.slice(96)]
  const se = x25519(bob.secret, wire.hs2.slice(0, 32))
  const reading = (noise: Noise, from: Bytes, seed: Bytes): Bytes | undefined =>
    readHs2(noise, seed, wire.hs2, (key, which) => (which === 'ee' ? x25519(from, key) : se))
  // The X25519 half without ML-KEM's, as a quantum computer would have it, and the other way round.
  expect(reading(decryptor(wire), e, bytesOf('a guess', 64))).toBeUndefined()
  expect(reading(decryptor(wire), bob.secret, kemSeed)).toBeUndefined()
  const noise = decryptor(wire)
  const payload = reading(noise, e, kemSeed)
  const id = noise.exported('session-id', 16)
  const [root, key] = firstKeys(noise)
  expect(toHex(id)).toBe(toHex(b.established.sessionId))
  expect(toHex(headerOf(wire.confirm, key, id)!.slice(0, 32))).toBe(toHex(publicOf(ratchet)))
  // Of the chat, only the first ratchet secret opens the first body.
  expect(openBody(wire.confirm, id, root, e, ratchetIn(payload!))).toBeUndefined()
  const body = openBody(wire.confirm, id, root, ratchet, ratchetIn(payload!))
  expect(decodeFrame(body!)).toEqual({ type: 'confirm', caps: 0 })
})
