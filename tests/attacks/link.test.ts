/** Links and secrets that do not belong to the handshake they are used for. */
import { expect, test } from 'playwright/test'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { initiate, receive } from '../../src/protocol/handshake.ts'
import type { Context } from '../../src/protocol/handshake.ts'
import { inviteFragment, inviteKeys, parseInvite } from '../../src/protocol/invite.ts'
import type { Invite } from '../../src/protocol/invite.ts'
import { asPsk } from '../../src/protocol/primitives.ts'
import { alice, bob, bytesOf, codeOf, firstMessage, flip, known, psk } from '../protocol/help.ts'
import { writeHs1, x25519 } from './attacker.ts'
import * as at from './scene.ts'
import { workOf } from './work.ts'

/** Alice reads a message under another context or secret than it was made for. */
function under(change: { context?: Context; psk?: Bytes }, message: Bytes): string {
  const secret = asPsk(change.psk ?? at.keys.psk)
  return codeOf(() => receive({ context: change.context ?? at.context, psk: secret, me: alice, message }))
}

test("attack 8: our own identity as the other side's is refused as such", () => {
  const hs1 = (own: typeof alice, lies = {}): Bytes =>
    writeHs1(at.noise(), at.ownOf(own), at.keys.psk, alice.public, at.payload1, lies)
  // By somebody with Alice's secret (another device of hers), and by a holder of the link who only claims to be her.
  expect(at.hears(hs1(alice))).toBe('self')
  expect(at.hears(hs1(at.mallory, { s: alice.public }))).toBe('self')
  expect(at.hears(hs1(at.mallory, { s: alice.public, ss: x25519(at.mallory.secret, alice.public) }))).toBe('self')
  expect(at.hears(hs1(at.mallory))).toBe('nothing thrown')
})

test('attack 8: nobody calls themselves', () => {
  for (const context of [at.context, known]) {
    const payload = at.bobSays
    const calling = () => initiate({ context, psk, me: bob, them: bob.public, payload, entropy: bytesOf('e', 128) })
    expect(codeOf(calling)).toBe('self')
  }
})

test('attack 24: a psk that is wrong by one bit, or of another link, fails at the first tag', async () => {
  const { message } = at.call()
  const others = [0, 15, 31].map((i) => flip(at.keys.psk, i))
  others.push(inviteKeys(bytesOf('another link', 32)).psk, new Uint8Array(32))
  for (const other of others) {
    const work = await workOf(() => expect(under({ psk: other }, message)).toBe('bad-tag'))
    expect(work.tags.others).toBe(1)
  }
  expect(under({}, message)).toBe('nothing thrown')
  // Between contacts the id before the message tells at once.
  const again = firstMessage(known).message
  const work = await workOf(() => expect(under({ context: known, psk: flip(psk, 9) }, again)).toBe('bad-tag'))
  expect([work.tags.others, work.x25519]).toEqual([0, 0])
  expect(under({ context: known, psk }, again)).toBe('nothing thrown')
})

test('attack 25: a copy of the link with another expiry, flag or relay is a good link that fails at the first tag', async () => {
  const copies: Partial<Invite>[] = [
    { expiresAt: at.invite.expiresAt + 1 },
    { expiresAt: 0xffff_ffff },
    { relayOnly: true },
    { manual: true },
    { relays: ['wss://relay.example/'] },
    { relays: ['ws://a', 'ws://b'] },
  ]
  for (const change of copies) {
    // Made anew, so the checksum is right, as somebody would who tampers with it.
    const copy = at.inviteOf(alice, at.secret, change)
    expect(parseInvite(inviteFragment(copy))).toEqual(copy)
    const { message } = at.call('hs1', copy)
    const work = await workOf(() => expect(at.hears(message)).toBe('bad-tag'))
    expect(work.tags.others).toBe(1)
  }
  const same = at.inviteOf(alice, at.secret, {})
  expect(at.hears(at.call('hs1', same).message)).toBe('nothing thrown')
})

test('attack 25: every byte that the two agree on counts, and the mode', () => {
  const { message } = at.call()
  const { message: again } = firstMessage(known)
  for (let i = 0; i < at.invite.bytes.length; i++)
    expect(under({ context: { ...at.context, invite: flip(at.invite.bytes, i) } }, message)).toBe('bad-tag')
  const nonce = bytesOf('nonce', 16)
  for (const other of [flip(nonce, 0), flip(nonce, 15, 0x80), new Uint8Array(16)]) {
    expect(under({ context: { ...at.context, nonce: other } }, message)).toBe('bad-tag')
    expect(under({ context: { ...known, nonce: other }, psk }, again)).toBe('bad-tag')
  }
  expect(under({ context: { ...known, pairId: flip(known.pairId, 3) }, psk }, again)).toBe('bad-tag')
  // The same agreed bytes in the other mode.
  const twin: Context = { mode: 'invite', invite: known.pairId, nonce: known.nonce }
  expect(under({ context: twin, psk }, again.slice(8))).toBe('bad-tag')
  expect(under({}, message)).toBe('nothing thrown')
  expect(under({ context: known, psk }, again)).toBe('nothing thrown')
})

test('attack 25: a message for another identity fails', () => {
  const { message } = at.call()
  expect(codeOf(() => at.hear(message, at.invite, at.mallory))).toBe('bad-tag')
})
