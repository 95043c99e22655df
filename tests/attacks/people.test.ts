/** Somebody in the middle, somebody who passes a link on, and what a comparison of safety numbers says about them. */
import { expect, test } from 'playwright/test'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { concat, toHex, utf8 } from '../../src/protocol/bytes.ts'
import { finish } from '../../src/protocol/handshake.ts'
import type { KeyPair } from '../../src/protocol/handshake.ts'
import { compareSafety, safetyNumber, safetyPayload } from '../../src/protocol/safety.ts'
import { alice, bob, bytesOf, codeOf, flip, keyPairOf, sealer } from '../protocol/help.ts'
import * as at from './scene.ts'

/** One who opens `link` as `me` and the maker of it, in a confirmed session. */
function joined(me: KeyPair, link: typeof at.invite, maker: KeyPair, seed: string): { opener: Side; maker: Side } {
  const { message, waiting } = at.call(`hs1 ${seed}`, link, me)
  const received = at.hear(message, link, maker)
  const answer = at.answer(received, `hs2 ${seed}`)
  const opener = at.endOf(at.accepted(waiting, answer.message), `opener ${seed}`)
  const made = at.endOf(answer.established, `maker ${seed}`)
  made.session.open(opener.seal({ type: 'confirm', caps: 0 }))
  opener.session.open(made.seal({ type: 'ack' }))
  // Whom each of the two sees: the opener the key in the link, the maker the key that the handshake proved.
  return { opener: { ...opener, sees: link.inviter }, maker: { ...made, sees: received.them } }
}
type Side = at.End & { readonly sees: Bytes }

test('attack 3: who replaces the link is in the middle of two good sessions, and the safety numbers show it', () => {
  // Alice's link never reached Bob; Mallory's did. Mallory opens Alice's.
  const mallorys = at.inviteOf(at.mallory, bytesOf("mallory's link", 32))
  const { opener: bobs, maker: towardsBob } = joined(bob, mallorys, at.mallory, 'bob')
  const { opener: towardsAlice, maker: alices } = joined(at.mallory, at.invite, alice, 'alice')
  // It works: what Bob says is read, passed on, and opens at Alice.
  const heard = towardsBob.session.open(bobs.seal(at.say(1)))
  expect(heard).toEqual(at.say(1))
  expect(alices.session.open(towardsAlice.seal(heard))).toEqual(at.say(1))
  // Both have Mallory's key for the other's.
  for (const side of [bobs, alices]) expect(toHex(side.sees)).toBe(toHex(at.mallory.public))
  const [onBobs, onAlices] = [bobs, alices].map((side, i) =>
    safetyNumber(i === 0 ? bob.public : alice.public, at.asPublic(side.sees)),
  )
  expect(onBobs).not.toBe(onAlices)
  // Nor does Bob's screen show what a direct conversation would.
  expect(onBobs).not.toBe(safetyNumber(bob.public, alice.public))
})

test('attack 3: a scanned code says mismatch on both phones', () => {
  const bobShows = safetyPayload(bob.public, at.mallory.public)
  const aliceShows = safetyPayload(alice.public, at.mallory.public)
  expect(compareSafety(bobShows, alice.public, at.mallory.public)).toBe('mismatch')
  expect(compareSafety(aliceShows, bob.public, at.mallory.public)).toBe('mismatch')
  // Whatever Mallory's own phone shows instead, it is not Bob's phone that Alice looks at; and no code helps where the keys differ.
  expect(compareSafety(safetyPayload(bob.public, alice.public), alice.public, at.mallory.public)).toBe('mismatch')
})

test("attack 29: a link passed on as one's own leads to its maker, and both ends show whom they really talk to", () => {
  // Bob gives Alice's link to Carol and says that it is his.
  const carol = keyPairOf('carol')
  const { opener: carols, maker: alices } = joined(carol, at.invite, alice, 'carol')
  expect(toHex(carols.sees)).toBe(toHex(alice.public))
  expect(toHex(alices.sees)).toBe(toHex(carol.public))
  expect(toHex(carols.established.pairId!)).toBe(toHex(alices.established.pairId!))
  const number = safetyNumber(carol.public, at.asPublic(carols.sees))
  expect(number).toBe(safetyNumber(alice.public, at.asPublic(alices.sees)))
  // Beside Bob, who claims to be the one she talks to, the numbers differ and his code does not match.
  expect(safetyNumber(bob.public, carol.public)).not.toBe(number)
  const bobShows = safetyPayload(bob.public, carol.public)
  expect(compareSafety(bobShows, carol.public, at.asPublic(carols.sees))).toBe('mismatch')
})

test('attack 29: names decide nothing: the same name from another key is another person', () => {
  const { message, waiting } = at.call('hs1', at.invite, at.mallory, { name: 'Bob', caps: 1 })
  const received = at.hear(message)
  expect([received.payload.name, toHex(received.them)]).toEqual(['Bob', toHex(at.mallory.public)])
  const { reply } = finish(waiting, at.answer(received, 'hs2', { name: 'Bob', caps: 1 }).message)
  expect(reply.status === 'ok' && reply.name).toBe('Bob')
})

test("attack 29: the link with another's key in it reaches nobody", () => {
  // Bob puts his key into Alice's link, so that Carol takes her for him; Alice refuses what comes.
  const relabelled = at.inviteOf(bob, at.secret)
  const { message } = at.call('hs1', relabelled, keyPairOf('carol'))
  expect(at.hears(message)).toBe('bad-tag')
  // And the other way round: Alice's key, Bob's secret.
  const mixed = at.inviteOf(alice, bytesOf("bob's link", 32))
  expect(at.hears(at.call('hs1', mixed, keyPairOf('carol')).message)).toBe('bad-tag')
})

test("attack 29: sessions of one handshake never open another's frames, though one side is the same", () => {
  const carols = joined(keyPairOf('carol'), at.invite, alice, 'carol')
  const bobs = joined(bob, at.invite, alice, 'bob')
  const frame = bobs.opener.seal(at.say(1))
  expect(codeOf(() => carols.maker.session.open(frame))).toBe('bad-tag')
  expect(bobs.maker.session.open(frame)).toEqual(at.say(1))
  expect(sealer(bobs.maker.session, 'last')({ type: 'ping' })).toHaveLength(256)
})

// ── What a scanner may find before it ──

const shown = safetyPayload(bob.public, alice.public)
const compare = (payload: Bytes): string => compareSafety(payload, alice.public, bob.public)

test('attack 59: the code that belongs here matches, and any changed byte of a key does not', () => {
  expect(shown).toHaveLength(71)
  expect(compare(shown)).toBe('match')
  for (let i = 7; i < 71; i++) expect(compare(flip(shown, i, 1 << (i % 8)))).toBe('mismatch')
  expect(compare(safetyPayload(bob.public, keyPairOf('carol').public))).toBe('mismatch')
})

test("attack 59: one's own code is told from a mismatch, whoever it was made for", () => {
  expect(compare(safetyPayload(alice.public, bob.public))).toBe('own-code')
  expect(compare(safetyPayload(alice.public, keyPairOf('carol').public))).toBe('own-code')
})

test('attack 59: a code of another version is said to be one, whatever its length', () => {
  for (const version of [0, 2, 255]) {
    expect(compare(flip(shown, 6, version ^ 1))).toBe('other-version')
    expect(compare(concat(utf8('SOTTO1'), Uint8Array.of(version)))).toBe('other-version')
    expect(compare(concat(flip(shown, 6, version ^ 1), bytesOf('more', 40)))).toBe('other-version')
  }
})

test('attack 59: other apps, 59 and 60 digits, a link, and a code cut or extended are unreadable', () => {
  const digits = safetyNumber(bob.public, alice.public)
  const texts = ['', 'SOTTO1', 'SOTTO2', 'https://example.org/', digits, digits.slice(0, 59), 'sotto1'.padEnd(71, '0')]
  for (const text of texts) expect([text, compare(utf8(text))]).toEqual([text, 'unreadable'])
  for (let length = 7; length < 71; length++) expect(compare(shown.slice(0, length))).toBe('unreadable')
  for (const bad of [concat(shown, Uint8Array.of(0)), flip(shown, 0), shown.slice(1), bytesOf('junk', 71)])
    expect(compare(bad)).toBe('unreadable')
})

test("attack 60: the code of a contact's old key is a mismatch", () => {
  const [before, now] = [keyPairOf('bob before'), bob]
  expect(compare(safetyPayload(before.public, alice.public))).toBe('mismatch')
  // And theirs, when it is our key that has changed since.
  expect(compare(safetyPayload(now.public, keyPairOf('alice before').public))).toBe('mismatch')
  expect(compare(safetyPayload(before.public, keyPairOf('alice before').public))).toBe('mismatch')
})
