import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { utf8, Writer } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import type { RtcDescription } from '../../src/protocol/description.ts'
import { cleanName, MAX_NAME_BYTES } from '../../src/protocol/names.ts'
import { decodePayload, decodeReply, encodePayload, encodeReply } from '../../src/protocol/payload.ts'
import { bytes, damaged, payload, publicKeys, survives, text, u32 } from './arbitrary.ts'
import { bytesOf, codeOf, keyPairOf } from './help.ts'

test('payloads come back, in one of three sizes', () => {
  fc.assert(
    fc.property(payload, publicKeys, (given, ratchet) => {
      const encoded = encodePayload(given)
      expect([512, 1024, 2048]).toContain(encoded.length)
      expect(encodePayload(decodePayload(encoded))).toEqual(encoded)
      expect(decodePayload(encoded).name).toBe(given.name)
      expect(decodePayload(encoded).relays).toEqual(given.relays)
      const reply = decodeReply(encodeReply({ ...given, status: 'ok', ratchet }))
      expect(reply).toEqual({ ...decodePayload(encoded), status: 'ok', ratchet })
    }),
  )
})

test('a full name and twelve IPv4 candidates fit the smallest payload', () => {
  const candidates = Array.from({ length: 12 }, (_, i) => ({
    type: 'host' as const,
    address: { kind: 'ipv4' as const, bytes: Uint8Array.of(192, 0, 2, i + 1) },
    port: 5000,
    priority: i,
  }))
  const described: RtcDescription = {
    setup: 'actpass',
    ufrag: 'u'.repeat(8),
    pwd: 'p'.repeat(32),
    fingerprint: bytesOf('fingerprint', 32),
    sctpPort: 5000,
    maxMessageSize: 262144,
    candidates,
  }
  const full = { name: 'n'.repeat(64), caps: 1, description: described }
  expect(encodeReply({ ...full, status: 'ok', ratchet: keyPairOf('r').public })).toHaveLength(512)
})

test('a refusal carries nothing but its status', () => {
  for (const status of ['used', 'expired', 'declined'] as const) {
    const encoded = encodeReply({ status })
    expect(encoded).toHaveLength(512)
    expect(decodeReply(encoded)).toEqual({ status })
    expect(codeOf(() => decodeReply(withFields(encoded, 4, [3, 4], [0, 0, 0, 1])))).toBe('malformed')
  }
})

test('hostile payload bytes end in a ProtocolError or a payload', () => {
  const replies = fc
    .record({ name: text, caps: u32 })
    .map((p) => encodeReply({ ...p, status: 'ok', ratchet: keyPairOf('r').public }))
  fc.assert(
    fc.property(fc.oneof(bytes(512), damaged(payload.map(encodePayload))), (b) =>
      survives(b, decodePayload, encodePayload),
    ),
  )
  fc.assert(fc.property(fc.oneof(bytes(512), damaged(replies)), (b) => survives(b, decodeReply, encodeReply)))
})

/** `encoded` with one more field written at `offset`, where the padding begins. */
function withFields(
  encoded: Bytes,
  offset: number,
  [type, length]: readonly [number, number],
  value: readonly number[],
): Bytes {
  const out = encoded.slice()
  out.set(new Writer().u8(type).u16(length).put(Uint8Array.from(value)).done(), offset)
  return out
}

test('payload fields: unknown below 0x80, repeated, cut short, misplaced or after the padding are refused; others ignored', () => {
  const encoded = encodePayload({ name: 'B', caps: 1 })
  const end = 4 + 7
  expect(decodePayload(withFields(encoded, end, [0x80, 2], [1, 2]))).toEqual({ name: 'B', caps: 1 })
  expect(decodePayload(withFields(encoded, end, [0xff, 0], []))).toEqual({ name: 'B', caps: 1 })
  for (const [type, length] of [
    [0x06, 0],
    [0x7f, 0],
    [0x01, 0],
    [0x03, 4],
    [0x05, 1],
    [0x04, 32],
    [0x80, 512],
  ] as const)
    expect(codeOf(() => decodePayload(withFields(encoded, end, [type, length], [])))).toBe('malformed')
  const twice = withFields(withFields(encoded, end, [0x90, 0], []), end + 3, [0x90, 0], [])
  expect(codeOf(() => decodePayload(twice))).toBe('malformed')
  const dirty = encoded.slice()
  dirty[511] = 1
  expect(codeOf(() => decodePayload(dirty))).toBe('malformed')
})

test('relays that cannot be read are ignored, as by who does not know the field; none and too many are not sent', () => {
  const plain = { name: 'B', caps: 1 }
  const encoded = encodePayload(plain)
  const url = [...utf8('wss://r/')]
  const named = (value: readonly number[]): Bytes => withFields(encoded, 4 + 7, [0x81, value.length], value)
  expect(decodePayload(named([1, url.length, ...url]))).toEqual({ ...plain, relays: ['wss://r/'] })
  for (const value of [
    [],
    [0],
    [1],
    [1, url.length, ...url, 0],
    [1, url.length + 1, ...url],
    [2, url.length, ...url],
    [5, ...Array.from({ length: 5 }, () => [url.length, ...url]).flat()],
    [1, 4, ...utf8('http')],
    [1, 8, ...utf8('wss://\u00e9')],
    [1, 129, ...utf8(`wss://${'r'.repeat(123)}`)],
  ])
    expect(decodePayload(named(value)), String(value)).toEqual(plain)
  expect(encodePayload({ ...plain, relays: [] })).toEqual(encoded)
  expect(codeOf(() => encodePayload({ ...plain, relays: Array.from({ length: 5 }, () => 'wss://r/') }))).toBe(
    'too-large',
  )
  expect(decodeReply(withFields(encodeReply({ status: 'used' }), 4, [0x81, 0], []))).toEqual({ status: 'used' })
})

test('a payload without name or capabilities, or with a name that is too long or no UTF-8, is refused', () => {
  const alone = (type: number, value: Bytes): Bytes =>
    withFields(new Uint8Array(512), 0, [type, value.length], [...value])
  expect(codeOf(() => decodePayload(new Uint8Array(512)))).toBe('malformed')
  expect(codeOf(() => decodePayload(alone(0x01, utf8('B'))))).toBe('malformed')
  expect(codeOf(() => decodePayload(alone(0x03, new Uint8Array(4))))).toBe('malformed')
  const named = (name: Bytes): Bytes => withFields(alone(0x03, new Uint8Array(4)), 7, [0x01, name.length], [...name])
  expect(decodePayload(named(utf8('n'.repeat(64)))).name).toHaveLength(64)
  expect(codeOf(() => decodePayload(named(utf8('n'.repeat(65)))))).toBe('malformed')
  expect(codeOf(() => decodePayload(named(Uint8Array.of(0xff))))).toBe('malformed')
})

test('the name in a payload is cleaned on both sides', () => {
  const dirty = '\u202Egpj.exe\u0000'
  expect(decodePayload(encodePayload({ name: dirty, caps: 0 })).name).toBe('gpj.exe')
  const forged = encodePayload({ name: 'ab', caps: 0 })
  forged.set(Uint8Array.of(0, 0x62), 3)
  expect(decodePayload(forged).name).toBe('b')
})

test('a clean name is bounded, stable, and free of controls and bidi overrides', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 300 })), (s) => {
      const clean = cleanName(s)
      assert(utf8(clean).length <= MAX_NAME_BYTES)
      assert.doesNotMatch(clean, /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u)
      assert.equal(clean, clean.trim())
      assert.equal(clean, clean.normalize('NFC'))
      assert.equal(cleanName(clean), clean)
    }),
    { numRuns: 1000 },
  )
})

test('names: what is kept and what is not', () => {
  expect(cleanName('  Ada\n Lovelace\t')).toBe('Ada Lovelace')
  expect(cleanName('a\u202Eb\u2066c')).toBe('abc')
  expect(cleanName('e\u0301')).toBe('\u00e9')
  expect(cleanName('\uD800x')).toBe('x')
  expect(cleanName('')).toBe('')
  expect(cleanName('\u200B\uFEFF')).toBe('')
  expect(cleanName('👩‍👩‍👧')).toBe('👩‍👩‍👧')
  // 25 bytes each: the third would be cut in two, so it is left out whole.
  expect(cleanName('👨‍👩‍👧‍👦'.repeat(3))).toBe('👨‍👩‍👧‍👦'.repeat(2))
  expect(cleanName('a' + '\u0301'.repeat(10_000)).length).toBeLessThanOrEqual(64)
})
