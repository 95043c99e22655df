/** Keys that are none: points of low order, other encodings of a point, points with a small part added. */
import { ed25519, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import { expect, test } from 'playwright/test'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { fromHex, toHex } from '../../src/protocol/bytes.ts'
import { finish } from '../../src/protocol/handshake.ts'
import { HandshakeState } from '../../src/protocol/noise.ts'
import type { Pattern, Token } from '../../src/protocol/noise.ts'
import { encodeReply } from '../../src/protocol/payload.ts'
import { asSecretKey } from '../../src/protocol/primitives.ts'
import { initiatorRatchet, ratchetSeal, responderRatchet } from '../../src/protocol/ratchet.ts'
import { alice, bob, bytesOf, codeOf, flip, keyPairOf, LOW_ORDER } from '../protocol/help.ts'
import { join, publicOf, writeHs1, writeHs2, x25519 } from './attacker.ts'
import type { Lies } from './attacker.ts'
import * as at from './scene.ts'
import { workOf } from './work.ts'

const zero = new Uint8Array(32)
const PING = Uint8Array.of(6)

/** HS1 of somebody who holds the link, with a lie in it. */
const hs1 = (lies: Lies = {}): Bytes =>
  writeHs1(at.noise(), at.ownOf(bob), at.keys.psk, alice.public, at.payload1, lies)

/** HS2 of somebody who holds Alice's secret, to Bob's true HS1; and what Bob says to it. */
function hs2(lies: Lies = {}, payload = at.payload2): string {
  const { waiting } = at.call('hs1')
  // Bob's HS1 once more, from the same secrets, to stand where Alice would.
  const entropy = bytesOf('hs1', 128)
  const own = { ...at.ownOf(bob), e: entropy.slice(0, 32), kemSeed: entropy.slice(32, 96) }
  const noise = at.noise()
  const message = writeHs1(noise, own, at.keys.psk, alice.public, at.payload1)
  const heard = { e: message.slice(0, 32), e1: at.kemPublicOf(own.kemSeed), s: bob.public }
  const answer = (over: Lies, says: Bytes): Bytes => writeHs2(noise.copy(), at.ownOf(alice), heard, says, over)
  const code = at.takes(waiting, answer(lies, payload))
  // Whatever it was, the true answer is still taken.
  if (code !== 'nothing thrown') expect(finish(waiting, answer({}, at.payload2)).established).toBeDefined()
  return code
}

const replyWith = (ratchet: Bytes): Bytes =>
  encodeReply({ ...at.aliceSays, status: 'ok', ratchet: at.asPublic(ratchet) })

test('attacks 15 and 16: the forger is heard as long as it does not lie', () => {
  expect(at.hears(hs1())).toBe('nothing thrown')
  expect(hs2()).toBe('nothing thrown')
  expect(hs2({}, replyWith(keyPairOf('r').public))).toBe('nothing thrown')
  const { alices, chain } = at.dishonest()
  expect(alices.open(chain.frame(PING))).toEqual({ type: 'ping' })
})

for (const point of LOW_ORDER)
  test(`attacks 15 and 16: ${toHex(point).slice(0, 8)}… of low order is refused in every place`, () => {
    // es, ss and ee are zero for everybody, so the rest could be computed by everybody.
    expect(at.hears(hs1({ e: point, es: zero }))).toBe('bad-key')
    expect(at.hears(hs1({ s: point, ss: zero }))).toBe('bad-key')
    expect(hs2({ e: point, ee: zero, se: zero })).toBe('bad-key')
    expect(hs2({}, replyWith(point))).toBe('bad-key')
    const { alices, chain } = at.dishonest()
    expect(at.opens(alices, chain.frame(PING, { dh: point }))).toBe('bad-key')
    expect(alices.open(chain.frame(PING))).toEqual({ type: 'ping' })
    // An invite that names such a key as its maker's.
    expect(codeOf(() => at.call('x', { ...at.invite, inviter: point }))).toBe('bad-key')
  })

test('attack 15: nothing is derived from a point of low order', async () => {
  const work = (run: () => unknown) => workOf(() => expect(codeOf(run)).toBe('bad-key'))
  const low = LOW_ORDER[2]!
  // One mixKey: that of the ephemeral key itself. Then es ends it.
  const e = await work(() => at.hear(hs1({ e: low, es: zero })))
  expect([e.calls('/symmetric.ts', 'mixKey'), e.tags.others]).toEqual([1, 0])
  // e, es; s is refused before ss is mixed.
  const s = await work(() => at.hear(hs1({ s: low, ss: zero })))
  expect([s.calls('/symmetric.ts', 'mixKey'), s.tags.others]).toEqual([2, 2])
  const { alices, chain } = at.dishonest()
  const frame = await work(() => alices.open(chain.frame(PING, { dh: low })))
  expect([frame.calls('/ratchet.ts', 'kdfRk'), frame.calls('/ratchet.ts', 'kdfCk'), frame.tags.others]).toEqual([
    0, 0, 0,
  ])
})

/** A pattern in which `token` is the only agreement, so that it meets the point by itself. */
const only = (token: Token): Pattern => ({
  protocolName: 'Noise_test_25519_ChaChaPoly_SHA256',
  known: { initiator: true, responder: true },
  messages: [['e'], ['e', token]],
})

for (const token of ['es', 'ss', 'ee', 'se'] as const)
  test(`attack 16: a shared secret of zeros ends the handshake at ${token}, on both sides`, () => {
    for (const low of LOW_ORDER) {
      const engine = (initiator: boolean): HandshakeState =>
        new HandshakeState({ pattern: only(token), initiator, prologue: zero, s: alice, rs: low })
      const fresh = { e: keyPairOf('e') }
      const initiator = engine(true)
      initiator.writeMessage(zero, fresh)
      const responder = engine(false)
      responder.readMessage(low)
      const lies = codeOf(() => initiator.readMessage(low))
      const responds = codeOf(() => responder.writeMessage(zero, fresh))
      expect([lies, responds]).toEqual(['bad-key', 'bad-key'])
    }
  })

test('attack 16: the ratchet refuses it at its beginning, and at every turn', () => {
  const keys = { root: bytesOf('root', 32), headerI: bytesOf('hi', 32), nextHeaderR: bytesOf('nhr', 32) }
  for (const low of LOW_ORDER) {
    expect(codeOf(() => initiatorRatchet(keys, keyPairOf('b'), low))).toBe('bad-key')
    // Alice's turn, towards a key that got past every other check.
    const turning = { ...responderRatchet(keys, keyPairOf('a')), remote: low }
    const nonce = bytesOf('nonce', 24)
    expect(codeOf(() => ratchetSeal(turning, bytesOf('id', 16), PING, nonce, bytesOf('turn', 32)))).toBe('bad-key')
  }
})

/** 2^255 − 19 + i for i from 0 to 18: all that 255 bits can say beyond the field. */
const BEYOND = Array.from({ length: 19 }, (_, i) => join(0xed + i, new Uint8Array(30).fill(0xff), 0x7f))

test('attack 17: a static or ratchet key has one encoding', () => {
  const others = [...BEYOND, ...BEYOND.map((key) => flip(key, 31, 0x80)), flip(bob.public, 31, 0x80)]
  for (const key of others) {
    // What X25519 makes of it: the same as of the point it stands for, so that only the encoding tells.
    const s = flip(key, 31, key[31]! & 0x80)
    const ss = isLow(s) ? zero : x25519(alice.secret, s)
    expect(at.hears(hs1({ s: key, ss }))).toBe('bad-key')
    expect(hs2({}, replyWith(key))).toBe('bad-key')
    const { alices, chain } = at.dishonest()
    expect(at.opens(alices, chain.frame(PING, { dh: key }))).toBe('bad-key')
    expect(codeOf(() => at.call('x', { ...at.invite, inviter: at.asPublic(key) }))).toBe('bad-key')
  }
})

function isLow(key: Bytes): boolean {
  return LOW_ORDER.some((low) => toHex(low) === toHex(key))
}

/** `secret`'s public key with each point of the small subgroup added: u of Q + T, by way of the Edwards form. */
function torsioned(secret: Bytes): Bytes[] {
  const scalar = asSecretKey(secret).slice()
  scalar[0]! &= 248
  scalar[31] = (scalar[31]! & 127) | 64
  const n = scalar.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)
  const point = ed25519.Point.BASE.multiply(n % ed25519.Point.Fn.ORDER)
  const all = ED25519_TORSION_SUBGROUP.map((hex) =>
    ed25519.utils.toMontgomery(point.add(ed25519.Point.fromBytes(fromHex(hex))).toBytes()),
  )
  const plain = toHex(publicOf(secret))
  return all.map((u) => u.slice()).filter((u) => toHex(u) !== plain)
}

test('attack 18: an ephemeral key with a small point added agrees on the same secrets, and still fails', () => {
  const e = bytesOf('hs1', 128).slice(0, 32)
  const keys = torsioned(e)
  expect(new Set(keys.map(toHex)).size).toBe(7)
  const { message, waiting } = at.call('hs1')
  const reply = at.answer(at.hear(message)).message
  for (const key of keys) {
    expect(toHex(x25519(alice.secret, key))).toBe(toHex(x25519(alice.secret, publicOf(e))))
    // On the wire, by somebody who knows no secret.
    expect(at.hears(join(key, message.slice(32)))).toBe('bad-tag')
  }
  for (const key of torsioned(bytesOf('hs2', 96).slice(0, 32)))
    expect(at.takes(waiting, join(key, reply.slice(32)))).toBe('bad-tag')
  expect(finish(waiting, reply).established).toBeDefined()
})

test('attack 18: whoever begins with such a key is one more caller, and the two still agree on what was sent', () => {
  for (const key of torsioned(at.ownOf(bob).e)) {
    const noise = at.noise()
    const message = writeHs1(noise, at.ownOf(bob), at.keys.psk, alice.public, at.payload1, { e: key })
    expect(toHex(at.hear(message).them)).toBe(toHex(bob.public))
  }
})
