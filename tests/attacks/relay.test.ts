/** What somebody can do who holds the wire and no secret: change, substitute, repeat, send back. */
import { expect, test } from 'playwright/test'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import {
  ENVELOPE_SIZES,
  HELLO_ENTROPY_BYTES,
  openEnvelope,
  openHello,
  sealEnvelope,
  sealHellos,
} from '../../src/protocol/envelope.ts'
import { finish, initiate, INITIATE_ENTROPY_BYTES, pskId, receive } from '../../src/protocol/handshake.ts'
import { asBoxKey } from '../../src/protocol/primitives.ts'
import { answerRekey, beginRekey, completeRekey } from '../../src/protocol/rekey.ts'
import { alice, bob, bytesOf, codeOf, flip, known, psk } from '../protocol/help.ts'
import * as at from './scene.ts'
import { workOf } from './work.ts'

/** Every byte of `message` with one bit changed, and what `hears` says to it. */
function everyByte(message: Bytes, hears: (changed: Bytes) => string): Set<string> {
  const codes = new Set<string>()
  for (let i = 0; i < message.length; i++) codes.add(hears(flip(message, i, 1 << (i % 8))))
  return codes
}

test('attack 1: HS1 with a bit of any byte changed is refused', () => {
  expect(everyByte(at.call().message, at.hears)).toEqual(new Set(['bad-tag']))
  expect(at.hears(at.call().message)).toBe('nothing thrown')
})

test('attack 1: the psk id before the HS1 of a reconnection cannot be changed either', () => {
  const entropy = bytesOf('hs1', INITIATE_ENTROPY_BYTES)
  const { message } = initiate({ context: known, psk, me: bob, them: alice.public, payload: at.bobSays, entropy })
  const hears = (m: Bytes): string => codeOf(() => receive({ context: known, psk, me: alice, message: m }))
  for (let i = 0; i < pskId(psk).length; i++) expect(hears(flip(message, i))).toBe('bad-tag')
  expect(hears(message)).toBe('nothing thrown')
})

test('attack 1: HS2 with a bit of any byte changed is refused, and the initiator goes on waiting', () => {
  const { message, waiting } = at.call()
  const reply = at.answer(at.hear(message)).message
  expect(everyByte(reply, (changed) => at.takes(waiting, changed))).toEqual(new Set(['bad-tag']))
  expect(finish(waiting, reply).established).toBeDefined()
})

test('attack 1: an envelope with a bit of any byte changed is refused', () => {
  const content = at.envelopeOf(at.call().message)
  const hears = (c: Bytes): string => codeOf(() => openEnvelope(at.keys, 'i', c))
  expect(hears(flip(content, 0))).toBe('malformed')
  expect(everyByte(content.slice(1), (rest) => hears(new Uint8Array([1, ...rest])))).toEqual(new Set(['bad-tag']))
  expect(hears(content)).toBe('nothing thrown')
})

/** `sealed` with the known DTLS fingerprint at `offset` changed into the attacker's: ciphers of this kind let it pass, tags do not. */
function withFingerprint(sealed: Bytes, offset: number): Bytes {
  const wanted = bytesOf("mallory's fingerprint", 32)
  const out = sealed.slice()
  wanted.forEach((byte, i) => (out[offset + i]! ^= byte ^ at.described.fingerprint[i]!))
  return out
}

test('attack 1: a known DTLS fingerprint cannot be turned into another, in the envelope or behind it', () => {
  const [within, inReply] = [at.payload1, at.payload2].map((p) => Buffer.from(p).indexOf(at.described.fingerprint))
  expect(within).toBeGreaterThan(0)
  const inHs1 = 32 + 1200 + 48 + within!
  const { message, waiting } = at.call()
  const content = at.envelopeOf(message)
  const inEnvelope = 25 + 3 + 16 + inHs1
  expect(codeOf(() => openEnvelope(at.keys, 'i', withFingerprint(content, inEnvelope)))).toBe('bad-tag')
  // Who holds the link can seal the envelope anew; the handshake still refuses.
  const swapped = withFingerprint(message, inHs1)
  expect(codeOf(() => openEnvelope(at.keys, 'i', at.envelopeOf(swapped)))).toBe('nothing thrown')
  expect(at.hears(swapped)).toBe('bad-tag')
  const reply = at.answer(at.hear(message)).message
  const inHs2 = 32 + 1104 + inReply!
  expect(at.takes(waiting, withFingerprint(reply, inHs2))).toBe('bad-tag')
})

test('attack 2: an envelope that a relay made itself costs one tag and no Diffie-Hellman', async () => {
  const foreign = at.foreignEnvelope(at.keys.topic)
  expect(ENVELOPE_SIZES).toContain(foreign.length)
  const work = await workOf(() => expect(codeOf(() => openEnvelope(at.keys, 'i', foreign))).toBe('bad-tag'))
  expect([work.tags, work.x25519, work.kem]).toEqual([{ boxes: 1, others: 0 }, 0, 0])
})

test('attack 6: HS2 of another session is refused, and so is one that was taken before', () => {
  const [first, second] = [at.call('one'), at.call('two')]
  const toFirst = at.answer(at.hear(first.message)).message
  const toSecond = at.answer(at.hear(second.message)).message
  expect(at.takes(second.waiting, toFirst)).toBe('bad-tag')
  expect(finish(first.waiting, toFirst).established).toBeDefined()
  expect(at.takes(first.waiting, toFirst)).toBe('state')
  // The one who was sent the wrong answers still waits for the right one.
  expect(finish(second.waiting, toSecond).established).toBeDefined()
  // The same entropy, as after a restored machine: even then an answer to another HS1 does not fit.
  const third = at.call('three')
  expect(at.takes(third.waiting, toSecond)).toBe('bad-tag')
})

test('attack 7: a handshake message sent back to its author is refused', () => {
  const { message, waiting } = at.call()
  const reply = at.answer(at.hear(message)).message
  expect(at.takes(waiting, message)).toBe('malformed')
  expect(at.hears(reply)).toBe('malformed')
  // The author as responder, under the same context and secret.
  expect(codeOf(() => at.hear(message, at.invite, bob))).toBe('bad-tag')
  // No cutting or padding makes one of the other: a tag is wrong then.
  const asHs1 = new Uint8Array([...reply, ...new Uint8Array(message.length - reply.length)])
  expect(at.hears(asHs1)).toBe('bad-tag')
  expect(at.takes(waiting, message.slice(0, reply.length))).toBe('bad-tag')
})

test('attack 7: an envelope or a HELLO opens in its own direction only', () => {
  for (const [sender, other] of [
    ['i', 'r'],
    ['r', 'i'],
  ] as const) {
    const content = sealEnvelope(at.keys, sender, 'hs1', bytesOf('body', 100), bytesOf('n', 24))
    expect(codeOf(() => openEnvelope(at.keys, other, content))).toBe('bad-tag')
    expect(codeOf(() => openEnvelope(at.keys, sender, content))).toBe('nothing thrown')
    // Each direction has its key, and that key alone opens it.
    const foreign = asBoxKey(bytesOf('another key', 32))
    const [own, others] = sender === 'i' ? (['keyI', 'keyR'] as const) : (['keyR', 'keyI'] as const)
    expect(codeOf(() => openEnvelope({ ...at.keys, [own]: foreign }, sender, content))).toBe('bad-tag')
    expect(codeOf(() => openEnvelope({ ...at.keys, [others]: foreign }, sender, content))).toBe('nothing thrown')
    // With one key for both directions, the direction in the context still tells.
    const oneKey = { ...at.keys, keyR: at.keys.keyI }
    const same = sealEnvelope(oneKey, sender, 'hs1', bytesOf('body', 100), bytesOf('n', 24))
    expect(codeOf(() => openEnvelope(oneKey, other, same))).toBe('bad-tag')
    const slot = { keys: at.keys, dir: sender, nonce: bytesOf('hello', 16) }
    const hello = sealHellos([slot], bytesOf('entropy', HELLO_ENTROPY_BYTES))
    const index = hello.topics.findIndex((t) => toHex(t) === toHex(at.keys.topic))
    expect(codeOf(() => openHello(at.keys, other, index, hello.content))).toBe('bad-tag')
    expect(openHello(at.keys, sender, index, hello.content)).toEqual(slot.nonce)
  }
})

test('attack 7: a frame echoed to its sender does not open', () => {
  const { a, b } = at.meet()
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const frame = from.seal({ type: 'ping' })
    expect(at.opens(from.session, frame)).toBe('bad-tag')
    expect(at.opens(to.session, frame)).toBe('nothing thrown')
    expect(at.opens(from.session, frame)).toBe('bad-tag')
  }
})

test('attack 7: the offer of a renewal sent back to its author renews nothing', () => {
  const { b } = at.meet()
  const parties = { me: bob, them: alice.public }
  const offer = beginRekey(b.session, parties, bytesOf('offer', 128))
  if (offer.type !== 'rekey') throw new Error('not an offer')
  expect(codeOf(() => answerRekey(b.session, offer.message, parties, bytesOf('answer', 96)))).toBe('state')
  expect(codeOf(() => completeRekey(b.session, offer.message))).toBe('malformed')
  expect(b.session.epoch).toBe(0)
})
