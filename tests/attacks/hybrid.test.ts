/** The post-quantum half of the handshake: keys and ciphertexts that are none, taken elsewhere, or left out. */
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'playwright/test'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { fromHex, toBase64url, toHex, utf8 } from '../../src/protocol/bytes.ts'
import { openEnvelope } from '../../src/protocol/envelope.ts'
import { finish } from '../../src/protocol/handshake.ts'
import { parseInvite } from '../../src/protocol/invite.ts'
import { encodePayload } from '../../src/protocol/payload.ts'
import { kemDecapsulate, kemEncapsulate, kemKeygen, sha256 } from '../../src/protocol/primitives.ts'
import { alice, bob, bytesOf, codeOf, flip } from '../protocol/help.ts'
import { join, NAME, Noise, publicOf, readHs1, writeHs1, writeHs2, x25519 } from './attacker.ts'
import type { Lies } from './attacker.ts'
import * as at from './scene.ts'
import { workOf } from './work.ts'

const hs1 = (lies: Lies = {}, payload = at.payload1, noise = at.noise()): Bytes =>
  writeHs1(noise, at.ownOf(bob), at.keys.psk, alice.public, payload, lies)

/** HS2 to Bob's true HS1 by somebody who has Alice's secrets; only the lies tell. */
function hs2To(message: Bytes, lies: Lies = {}, payload = at.payload2): Bytes {
  const noise = at.noise()
  const heard = readHs1(noise, at.keys.psk, message, (key) => x25519(alice.secret, key))
  if (!heard) throw new Error('HS1 does not open')
  return writeHs2(noise, at.ownOf(alice), heard, payload, lies)
}

test('attack 19: each of 780 ML-KEM keys with a coefficient out of range is refused when it is read', () => {
  const lines = gunzipSync(readFileSync('tests/vectors/cctv/modulus_ML-KEM-768.txt.gz')).toString().trim().split('\n')
  expect(lines).toHaveLength(780)
  for (const line of lines) expect(at.hears(hs1({ e1: fromHex(line) }))).toBe('bad-key')
  expect(at.hears(hs1())).toBe('nothing thrown')
})

test('attack 19: it is refused before the identity behind it is even opened', async () => {
  const e1 = at.kemPublicOf(bytesOf('seed', 64)).slice()
  // The first coefficient becomes 4095.
  e1.set(Uint8Array.of(0xff, e1[1]! | 0x0f))
  const work = await workOf(() => expect(at.hears(hs1({ e1 }))).toBe('bad-key'))
  expect([work.tags.others, work.kem]).toEqual([1, 0])
})

test('attack 20: a ciphertext that was changed, made up or taken elsewhere shows at the next tag, like any bad tag', async () => {
  const { message, waiting } = at.call()
  const kemPublic = at.kemPublicOf(bytesOf('hs1', 128).slice(32, 96))
  const { ciphertext } = kemEncapsulate(kemPublic, at.ownOf(alice).kemRandom)
  const other = kemEncapsulate(at.kemPublicOf(bytesOf('another session', 64)), bytesOf('m', 32)).ciphertext
  const changed = [0, 700, 959, 960, 1087].map((i) => flip(ciphertext, i, 1 << (i % 8)))
  const badTag = flip(hs2To(message), 1200)
  const asUsual = await workOf(() => expect(at.takes(waiting, badTag)).toBe('bad-tag'))
  for (const ekem1 of [...changed, bytesOf('random', 1088), other]) {
    const forged = hs2To(message, { ekem1 })
    const work = await workOf(() => expect(at.takes(waiting, forged)).toBe('bad-tag'))
    // No branch: the same operations as for a tag that is merely wrong.
    expect([work.x25519, work.tags]).toEqual([asUsual.x25519, asUsual.tags])
    expect(work.calls('/primitives.ts', 'kemDecapsulate')).toBe(1)
    expect(work.calls('/symmetric.ts', 'mixKey')).toBe(asUsual.calls('/symmetric.ts', 'mixKey'))
  }
  expect(finish(waiting, hs2To(message)).established).toBeDefined()
})

test('attack 21: an ML-KEM key or ciphertext one byte too short or too long is refused by the length of the whole', async () => {
  const { message, waiting } = at.call()
  const key = at.kemPublicOf(bytesOf('seed', 64))
  for (const e1 of [key.slice(1), key.slice(0, -1), join(key, 0)]) {
    const work = await workOf(() => expect(at.hears(hs1({ e1 }))).toBe('malformed'))
    expect(work.x25519).toBe(0)
  }
  const ciphertext = bytesOf('ciphertext', 1088)
  for (const ekem1 of [ciphertext.slice(1), ciphertext.slice(0, -1), join(ciphertext, 0)]) {
    const forged = hs2To(message, { ekem1 })
    const work = await workOf(() => expect(at.takes(waiting, forged)).toBe('malformed'))
    expect(work.x25519).toBe(0)
  }
  // With a payload that makes up for it, the fields no longer stand where they belong.
  expect(at.hears(hs1({ e1: join(key, 0) }, at.payload1.slice(1)))).toBe('bad-tag')
  expect(at.hears(hs1({ e1: key.slice(1) }, join(at.payload1, 0)))).toBe('bad-tag')
  expect(at.takes(waiting, hs2To(message, { ekem1: join(ciphertext, 0) }, at.payload2.slice(1)))).toBe('bad-tag')
})

test("attack 22: a victim's ML-KEM key passed on to another victim gives both the same secret and neither a session", () => {
  const link = at.inviteOf(at.mallory, bytesOf("mallory's link", 32))
  const seed = bytesOf('hs1', 128).slice(32, 96)
  // Bob calls Mallory; Mallory calls Alice with Bob's ML-KEM key as its own.
  const { message, waiting } = at.call('hs1', link)
  const towardsBob = new Noise(at.prologueOf(link), at.mallory.public)
  const heard = readHs1(towardsBob, at.keysOf(link).psk, message, (key) => x25519(at.mallory.secret, key))
  expect(heard && toHex(heard.e1)).toBe(toHex(at.kemPublicOf(seed)))
  const towardsAlice = at.noise()
  const calling = { ...at.ownOf(at.mallory), kemSeed: seed }
  const relayed = writeHs1(towardsAlice, calling, at.keys.psk, alice.public, at.payload1, { e1: heard!.e1 })
  const reply = at.answer(at.hear(relayed))
  // Alice's ciphertext goes on to Bob: both hold one KEM secret, and it is not Mallory's.
  const re = reply.message.slice(0, 32)
  towardsAlice.mixEphemeral(re)
  towardsAlice.mixKey(x25519(calling.e, re))
  const ekem1 = towardsAlice.decrypt(reply.message.slice(32, 32 + 1104))!
  const shared = kemDecapsulate(ekem1, kemKeygen(seed).secret)
  const pass = (kem?: Bytes): Bytes =>
    writeHs2(towardsBob.copy(), at.ownOf(at.mallory), heard!, at.payload2, kem ? { ekem1, kem } : { ekem1 })
  expect(at.takes(waiting, pass())).toBe('bad-tag')
  expect(at.takes(waiting, pass(new Uint8Array(32)))).toBe('bad-tag')
  // A KEM that bound nothing would give Mallory the secret as well: the two sessions still share no key.
  const bobs = at.endOf(at.accepted(waiting, pass(shared)), 'b')
  expect(toHex(bobs.established.handshakeHash)).not.toBe(toHex(reply.established.handshakeHash))
  expect(toHex(bobs.established.sessionId)).not.toBe(toHex(reply.established.sessionId))
  expect(at.opens(reply.established.session, bobs.seal({ type: 'confirm', caps: 0 }))).toBe('bad-tag')
})

test('attack 23: HS1 without the ML-KEM key is refused, by its length or at the first tag', () => {
  const classical = (name: string, length: number): Bytes => {
    const noise = new Noise(at.prologue, alice.public, name)
    const own = at.ownOf(bob)
    noise.mixKeyAndHash(at.keys.psk)
    const e = publicOf(own.e)
    noise.mixEphemeral(e)
    noise.mixKey(x25519(own.e, alice.public))
    const s = noise.encrypt(bob.public)
    noise.mixKey(x25519(own.s, alice.public))
    return join(e, s, noise.encrypt(new Uint8Array(length)))
  }
  for (const name of [NAME, 'Noise_IKpsk0_25519_ChaChaPoly_SHA256']) {
    expect(at.hears(classical(name, 512))).toBe('malformed')
    // As long as a true one.
    expect(at.hears(classical(name, 512 + 1200))).toBe('bad-tag')
  }
})

test('attack 23: the same messages under another name are refused', () => {
  for (const name of [
    'Noise_IKpsk0_25519_ChaChaPoly_SHA256',
    'Noise_IKhfs+psk0_25519+MLKEM1024_ChaChaPoly_SHA256',
    'Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA512',
  ])
    expect(at.hears(hs1({}, at.payload1, new Noise(at.prologue, alice.public, name)))).toBe('bad-tag')
})

test('attack 23: versions 0, 2 and 255 of link, envelope and frame are refused, however sound the rest', () => {
  const content = at.envelopeOf(at.call().message)
  const { a, b } = at.meet()
  const frame = b.seal({ type: 'ping' })
  for (const version of [0, 2, 255]) {
    const body = at.invite.bytes.slice(0, -4)
    body[0] = version
    const link = toBase64url(join(body, sha256(utf8('sotto/1/inv-sum'), body).slice(0, 4)))
    expect(codeOf(() => parseInvite(link))).toBe('version')
    expect(codeOf(() => openEnvelope(at.keys, 'i', flip(content, 0, version ^ 1)))).toBe('malformed')
    expect(at.opens(a.session, flip(frame, 0, version ^ 1))).toBe('version')
  }
  // A version that we cannot read may be of any length.
  expect(codeOf(() => parseInvite(toBase64url(Uint8Array.of(2))))).toBe('version')
  expect(at.opens(a.session, frame)).toBe('nothing thrown')
})

test('attack 23: capability bits switch nothing off', async () => {
  const none = { name: 'Bob', caps: 0 }
  expect(at.hear(hs1({}, encodePayload(none))).payload.caps).toBe(0)
  const { message, waiting } = at.call('hs1', at.invite, bob, none)
  expect(message).toHaveLength(at.call().message.length)
  const received = at.hear(message)
  let reply = new Uint8Array(0)
  const work = await workOf(() => (reply = at.answer(received, 'hs2', { name: 'Alice', caps: 0 }).message))
  expect(work.calls('/primitives.ts', 'kemEncapsulate')).toBe(1)
  expect(reply).toHaveLength(at.answer(at.hear(at.call().message)).message.length)
  expect(finish(waiting, reply).established).toBeDefined()
})

test('attack 23: there is one handshake in the source, and no other to fall back to', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
  const names = files.flatMap((name) => readFileSync(`src/${name}`, 'utf8').match(/(?<=['"`])Noise_\w[^'"`]*/g) ?? [])
  expect(names).toEqual([NAME])
})
