import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { fromBase64url, toBase64url, toHex, utf8 } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { inviteFragment, inviteKeys, makeInvite, parseInvite } from '../../src/protocol/invite.ts'
import type { Invite } from '../../src/protocol/invite.ts'
import { sha256 } from '../../src/protocol/primitives.ts'
import type { PublicKey } from '../../src/protocol/primitives.ts'
import { bytes, damaged, inviteFields } from './arbitrary.ts'
import { alice, bytesOf, codeOf } from './help.ts'
import { expand, extract, join, label } from '../second/crypto.ts'

const fields = {
  relayOnly: false,
  manual: false,
  expiresAt: 29_000_000,
  inviter: alice.public,
  secret: bytesOf('L', 32),
  relays: [],
}

test('an invite comes back from its link', () => {
  fc.assert(
    fc.property(inviteFields, (given) => {
      const invite = makeInvite(given)
      expect(parseInvite(inviteFragment(invite))).toEqual(invite)
      expect(invite).toMatchObject(given)
    }),
  )
})

test('a link without relays has 100 characters', () => {
  const invite = makeInvite(fields)
  expect(invite.bytes).toHaveLength(75)
  expect(inviteFragment(invite)).toHaveLength(100)
  expect(inviteFragment(invite)).toMatch(/^[A-Za-z0-9_-]+$/)
})

test('one changed character never goes unnoticed', () => {
  const fragment = inviteFragment(makeInvite(fields))
  for (let i = 0; i < fragment.length; i++) {
    const other = fragment[i] === 'x' ? 'y' : 'x'
    const code = codeOf(() => parseInvite(fragment.slice(0, i) + other + fragment.slice(i + 1)))
    expect(['checksum', 'version', 'malformed']).toContain(code)
  }
})

test('a link that was cut anywhere is refused', () => {
  const fragment = inviteFragment(makeInvite({ ...fields, relays: ['wss://relay.example/'] }))
  for (let length = 0; length < fragment.length; length++)
    expect(['checksum', 'malformed']).toContain(codeOf(() => parseInvite(fragment.slice(0, length))))
})

test('hostile links end in a ProtocolError or an invite', () => {
  const links = fc.oneof(
    fc.string({ maxLength: 900 }),
    bytes(0, 200).map(toBase64url),
    damaged(inviteFields.map((given) => makeInvite(given).bytes)).map((b) => toBase64url(sum(b.slice(0, -4)))),
  )
  fc.assert(
    fc.property(links, (link) => {
      if (codeOf(() => parseInvite(link)) === 'nothing thrown') expect(inviteFragment(parseInvite(link))).toBe(link)
    }),
    { numRuns: 500 },
  )
})

/** `body` with a correct checksum, to get at the checks behind it. */
function sum(body: Bytes): Bytes {
  return join(body, sha256(utf8('sotto/1/inv-sum'), body).slice(0, 4))
}

function parseBody(change: (body: Bytes) => void, relays: readonly string[] = []): string {
  const body = makeInvite({ ...fields, relays }).bytes.slice(0, -4)
  change(body)
  return codeOf(() => parseInvite(toBase64url(sum(body))))
}

test('fields out of range are refused behind a correct checksum', () => {
  expect(parseBody(() => undefined)).toBe('nothing thrown')
  expect(parseBody((body) => (body[1] = 4))).toBe('malformed')
  expect(parseBody((body) => (body[37]! |= 0x80))).toBe('malformed')
  expect(parseBody((body) => body.fill(0xff, 6, 38))).toBe('malformed')
  expect(parseBody((body) => (body[70] = 1))).toBe('malformed')
  expect(parseBody((body) => (body[70] = 5))).toBe('malformed')
  const relay = ['ws://a/']
  expect(parseBody(() => undefined, relay)).toBe('nothing thrown')
  expect(parseBody((body) => (body[70] = 0), relay)).toBe('malformed')
  expect(parseBody((body) => (body[71] = 6), relay)).toBe('malformed')
  expect(parseBody((body) => (body[72] = 0x68), relay)).toBe('malformed')
  expect(parseBody((body) => (body[78] = 0x20), relay)).toBe('malformed')
  // Two relays read as one: the length of the second is a character then, @ or ?.
  const two = [64, 63].map((length) => [`ws://${'a'.repeat(length - 5)}`, `ws://${'b'.repeat(length - 5)}`])
  const joined = (length: number) => (body: Bytes) => body.set([1, length], 70)
  expect(parseBody(joined(129), two[0])).toBe('malformed')
  expect(parseBody(joined(127), two[1])).toBe('nothing thrown')
})

test('what is too long is refused before it is looked at', () => {
  expect(codeOf(() => parseInvite('A'.repeat(789)))).toBe('too-large')
  expect(codeOf(() => parseInvite('A'.repeat(1_000_000)))).toBe('too-large')
  const most = makeInvite({ ...fields, relays: Array.from({ length: 4 }, () => `wss://${'a'.repeat(122)}`) })
  expect(inviteFragment(most)).toHaveLength(788)
  expect(parseInvite(inviteFragment(most))).toEqual(most)
})

test('an invite that could not be parsed is not made', () => {
  const making = (change: Partial<Invite>): string => codeOf(() => makeInvite({ ...fields, ...change }))
  expect(making({ relays: Array.from({ length: 5 }, () => 'wss://a') })).toBe('too-large')
  expect(making({ relays: [`wss://${'a'.repeat(123)}`] })).toBe('too-large')
  expect(making({ relays: ['https://a'] })).toBe('malformed')
  expect(making({ relays: ['wss://ä'] })).toBe('malformed')
  expect(making({ relays: ['javascript:alert(1)//ws://a'] })).toBe('malformed')
  expect(making({ secret: bytesOf('L', 31) })).toBe('malformed')
  expect(making({ expiresAt: 2 ** 32 })).toBe('too-large')
  expect(making({ inviter: new Uint8Array(32).fill(0xff) as PublicKey })).toBe('bad-key')
})

test('the keys of a link are those of the README', () => {
  const { topic, keyI, keyR, psk } = inviteKeys(fields.secret)
  const prk = extract(label('invite'), fields.secret)
  const expected = ['topic', 'env-i', 'env-r', 'noise-psk'].map((name) => toHex(expand(prk, label(name), 32)))
  expect([topic, keyI, keyR, psk].map(toHex)).toEqual(expected)
  expect(new Set(expected).size).toBe(4)
})

test('the layout is that of the README', () => {
  const { bytes: b } = makeInvite({ ...fields, relayOnly: true, manual: true, relays: ['ws://r'] })
  expect(toHex(b.slice(0, 6))).toBe(`0103${(29_000_000).toString(16).padStart(8, '0')}`)
  expect(toHex(b.slice(6, 38))).toBe(toHex(alice.public))
  expect(toHex(b.slice(38, 70))).toBe(toHex(fields.secret))
  expect(toHex(b.slice(70, 78))).toBe(`0106${Buffer.from('ws://r').toString('hex')}`)
  expect(fromBase64url(inviteFragment(parseInvite(toBase64url(b))))).toEqual(b)
})
