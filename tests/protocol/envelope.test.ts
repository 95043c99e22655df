import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { compare, concat, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import {
  dayKeys,
  decodeNotice,
  encodeNotice,
  ENVELOPE_SIZES,
  HELLO_ENTROPY_BYTES,
  isHello,
  openEnvelope,
  openHello,
  sealEnvelope,
  sealHellos,
} from '../../src/protocol/envelope.ts'
import type { HelloSlot } from '../../src/protocol/envelope.ts'
import { inviteKeys } from '../../src/protocol/invite.ts'
import { bytes } from './arbitrary.ts'
import { bytesOf, codeOf } from './help.ts'
import { ascii, expand, extract, integer, join, label, xseal } from '../second/crypto.ts'

const keys = inviteKeys(bytesOf('L', 32))
const nonce = bytesOf('nonce', 24)
const kinds = fc.constantFrom('hs1', 'hs2', 'notice', 'psk-unknown')
const directions = fc.constantFrom('i', 'r')

test('an envelope comes back, in one of three sizes', () => {
  fc.assert(
    fc.property(kinds, directions, bytes(0, 3389), (kind, dir, body) => {
      const content = sealEnvelope(keys, dir, kind, body, nonce)
      expect(ENVELOPE_SIZES).toContain(content.length)
      expect(openEnvelope(keys, dir, content)).toEqual({ kind, body })
    }),
  )
})

test('the sizes at their borders', () => {
  const size = (length: number): number => sealEnvelope(keys, 'i', 'hs1', new Uint8Array(length), nonce).length
  expect([0, 1853, 1854, 2365, 2366, 3389].map(size)).toEqual([1897, 1897, 2409, 2409, 3433, 3433])
  expect(codeOf(() => size(3390))).toBe('too-large')
  expect(codeOf(() => size(70_000))).toBe('too-large')
})

test('an envelope opens only with its key, topic and direction', () => {
  const content = sealEnvelope(keys, 'i', 'hs1', bytesOf('body', 1800), nonce)
  const opening = (c: Bytes, k = keys, dir: 'i' | 'r' = 'i'): string => codeOf(() => openEnvelope(k, dir, c))
  expect(opening(content)).toBe('nothing thrown')
  expect(opening(content, keys, 'r')).toBe('bad-tag')
  expect(opening(content, { ...keys, keyI: keys.keyR })).toBe('bad-tag')
  expect(opening(content, { ...keys, topic: bytesOf('topic', 32) })).toBe('bad-tag')
})

test('junk is refused by its size or its first byte, before any key is used', () => {
  const never = {
    get topic(): Bytes {
      throw new Error('used')
    },
    get keyI(): never {
      throw new Error('used')
    },
    get keyR(): never {
      throw new Error('used')
    },
  }
  for (const length of [0, 1, 184, 1896, 1898, 3432])
    expect(codeOf(() => openEnvelope(never, 'i', new Uint8Array(length).fill(1)))).toBe('malformed')
  expect(codeOf(() => openEnvelope(never, 'i', new Uint8Array(3434)))).toBe('too-large')
  for (const first of [0, 2, 255])
    expect(codeOf(() => openEnvelope(never, 'i', new Uint8Array(1897).fill(first)))).toBe('malformed')
})

/** An envelope with any content under the right key. */
function forged(content: Bytes): Bytes {
  const padded = new Uint8Array(1856)
  padded.set(content)
  const ad = join(label('env'), keys.topic, Uint8Array.of(0))
  return join(Uint8Array.of(1), nonce, xseal(keys.keyI, nonce, ad, padded))
}

test('the second implementation seals the same envelope', () => {
  const content = join(Uint8Array.of(1, 0, 3), ascii('abc'))
  expect(toHex(forged(content))).toBe(toHex(sealEnvelope(keys, 'i', 'hs1', ascii('abc'), nonce)))
})

test('unknown kinds, lengths that lie and dirty padding are refused after the tag', () => {
  const opening = (...content: number[]): string =>
    codeOf(() => openEnvelope(keys, 'i', forged(Uint8Array.from(content))))
  expect(opening(1, 0, 0)).toBe('nothing thrown')
  for (const kind of [0, 3, 6, 255]) expect(opening(kind, 0, 0)).toBe('malformed')
  expect(opening(1, 0xff, 0xff)).toBe('malformed')
  expect(opening(1, 0, 1, 7, 7)).toBe('malformed')
})

test('a notice comes back, nothing else is one', () => {
  for (const status of ['used', 'withdrawn', 'expired'] as const)
    expect(decodeNotice(encodeNotice(status))).toBe(status)
  for (const bad of [[], [0], [4], [1, 0]]) expect(codeOf(() => decodeNotice(Uint8Array.from(bad)))).toBe('malformed')
})

test('day keys are those of the README and change with the day and the pair', () => {
  const root = bytesOf('root', 32)
  const prk = extract(join(label('day'), integer(0x4f54, 4)), root)
  const today = dayKeys(root, 0x4f54)
  expect(toHex(today.topic)).toBe(toHex(expand(prk, label('topic'), 32)))
  expect(toHex(today.keyR)).toBe(toHex(expand(prk, label('env-r'), 32)))
  const topics = [today, dayKeys(root, 0x4f55), dayKeys(bytesOf('another', 32), 0x4f54)].map((k) => toHex(k.topic))
  expect(new Set(topics).size).toBe(3)
})

// ── HELLO ──

const slotOf = (i: number, dir: 'i' | 'r' = 'i'): HelloSlot => ({
  keys: dayKeys(bytesOf(`contact ${i}`, 32), 1),
  dir,
  nonce: bytesOf(`hello ${i}`, 16),
})
const entropy = bytesOf('entropy', HELLO_ENTROPY_BYTES)

test('every contact reads its own slot and no other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }),
      fc.array(directions, { minLength: 16, maxLength: 16 }),
      (count, dirs) => {
        const slots = Array.from({ length: count }, (_, i) => slotOf(i, dirs[i]))
        const { topics, content } = sealHellos(slots, entropy)
        const size = [4, 8, 16].find((n) => n >= count)!
        expect(topics).toHaveLength(size)
        expect(content).toHaveLength(24 + 40 * size)
        expect(isHello(content)).toBe(true)
        for (const slot of slots) {
          const index = topics.findIndex((topic) => toHex(topic) === toHex(slot.keys.topic))
          expect(openHello(slot.keys, slot.dir, index, content)).toEqual(slot.nonce)
          expect(codeOf(() => openHello(slot.keys, slot.dir === 'i' ? 'r' : 'i', index, content))).toBe('bad-tag')
          expect(codeOf(() => openHello(slot.keys, slot.dir, (index + 1) % size, content))).toBe('bad-tag')
        }
      },
    ),
    { numRuns: 20 },
  )
})

test('topics are in bytewise order and each once, decoys among them', () => {
  const { topics } = sealHellos([slotOf(1), slotOf(2), slotOf(3), slotOf(4), slotOf(5)], entropy)
  expect(topics.map(toHex)).toEqual([...topics].sort(compare).map(toHex))
  expect(new Set(topics.map(toHex)).size).toBe(8)
})

test('HELLO limits: 1 to 16 slots, one per topic, nonces of 16, exact entropy', () => {
  const many = Array.from({ length: 17 }, (_, i) => slotOf(i))
  expect(codeOf(() => sealHellos(many, entropy))).toBe('too-large')
  expect(codeOf(() => sealHellos(many.slice(1), entropy))).toBe('nothing thrown')
  expect(codeOf(() => sealHellos([], entropy))).toBe('state')
  expect(codeOf(() => sealHellos([slotOf(1), slotOf(1)], entropy))).toBe('state')
  expect(codeOf(() => sealHellos([{ ...slotOf(1), nonce: bytesOf('n', 15) }], entropy))).toBe('state')
  expect(codeOf(() => sealHellos([slotOf(1)], entropy.slice(1)))).toBe('state')
})

test('a HELLO of another size, index or content is refused', () => {
  const slot = slotOf(1)
  const { topics, content } = sealHellos([slot], entropy)
  const index = topics.findIndex((topic) => toHex(topic) === toHex(slot.keys.topic))
  for (const bad of [-1, 4, 0.5, Number.NaN, 1e9])
    expect(codeOf(() => openHello(slot.keys, 'i', bad, content))).toBe('malformed')
  for (const bad of [content.slice(1), concat(content, content), new Uint8Array(0)]) {
    expect(isHello(bad)).toBe(false)
    expect(codeOf(() => openHello(slot.keys, 'i', index, bad))).toBe('malformed')
  }
  expect(ENVELOPE_SIZES.some((size) => isHello(new Uint8Array(size)))).toBe(false)
})

test('a slot whose flags contradict its direction, or with something in the zeros, is refused', () => {
  const slot = slotOf(1)
  const { topics, content } = sealHellos([slot], entropy)
  const index = topics.findIndex((topic) => toHex(topic) === toHex(slot.keys.topic))
  const withSlot = (plain: Bytes): string => {
    const out = content.slice()
    const ad = join(label('hello'), slot.keys.topic, Uint8Array.of(0))
    out.set(xseal(slot.keys.keyI, content.slice(0, 24), ad, plain), 24 + 40 * index)
    return codeOf(() => openHello(slot.keys, 'i', index, out))
  }
  expect(withSlot(join(Uint8Array.of(0), new Uint8Array(7), slot.nonce))).toBe('nothing thrown')
  expect(withSlot(join(Uint8Array.of(1), new Uint8Array(7), slot.nonce))).toBe('malformed')
  expect(withSlot(join(Uint8Array.of(2), new Uint8Array(7), slot.nonce))).toBe('malformed')
  expect(withSlot(join(new Uint8Array(7), Uint8Array.of(1), slot.nonce))).toBe('malformed')
})
