import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import {
  compare,
  concat,
  equal,
  fromBase64,
  fromBase64url,
  fromHex,
  fromUtf8,
  isZero,
  Reader,
  toBase64,
  toBase64url,
  toHex,
  utf8,
  Writer,
} from '../../src/protocol/bytes.ts'
import { bytes, text, u16, u32, u8 } from './arbitrary.ts'
import { bytesOf, codeOf, flip } from './help.ts'

test('what a writer writes a reader reads', () => {
  fc.assert(
    fc.property(u8, u16, u32, fc.nat(2 ** 48 - 1), bytes(0, 40), (a, b, c, d, tail) => {
      const reader = new Reader(new Writer().u8(a).u16(b).u32(c).u48(d).put(tail).done())
      expect([reader.u8(), reader.u16(), reader.u32(), reader.u48()]).toEqual([a, b, c, d])
      expect(reader.left).toBe(tail.length)
      expect(toHex(reader.rest())).toBe(toHex(tail))
      reader.end()
    }),
  )
})

test('integers are big-endian', () => {
  expect(toHex(new Writer().u16(0x0102).u32(0x03040506).u48(0x0708090a0b0c).done())).toBe('0102030405060708090a0b0c')
})

test('a number that does not fit is refused', () => {
  for (const n of [-1, 256, 1.5, Number.NaN]) expect(codeOf(() => new Writer().u8(n))).toBe('too-large')
  expect(codeOf(() => new Writer().u48(2 ** 48))).toBe('too-large')
})

test('a reader never reads past the end and says when something is left', () => {
  const reader = new Reader(Uint8Array.of(1, 2, 3))
  expect(codeOf(() => reader.take(4))).toBe('malformed')
  expect(codeOf(() => reader.u32())).toBe('malformed')
  expect(codeOf(() => reader.end())).toBe('malformed')
  expect(reader.u8()).toBe(1)
})

test('taken bytes are a copy', () => {
  const source = Uint8Array.of(1, 2)
  const taken = new Reader(source).take(2)
  taken[0] = 9
  expect(source[0]).toBe(1)
})

test('equal, compare and isZero agree with the plain meaning', () => {
  fc.assert(
    fc.property(bytes(0, 6), bytes(0, 6), (a, b) => {
      expect(equal(a, b)).toBe(toHex(a) === toHex(b))
      expect(equal(a, a.slice())).toBe(true)
      expect(Math.sign(compare(a, b))).toBe(toHex(a) < toHex(b) ? -1 : toHex(a) > toHex(b) ? 1 : 0)
      expect(isZero(a)).toBe(!toHex(a).match(/[1-9a-f]/))
    }),
  )
})

test('equal sees a change in any byte', () => {
  const one = bytesOf('one', 40)
  for (let at = 0; at < 40; at++) expect(equal(one, flip(one, at))).toBe(false)
})

test('hex, base64 and base64url come back, and agree with Node', () => {
  fc.assert(
    fc.property(bytes(0, 100), (b) => {
      expect(toHex(b)).toBe(Buffer.from(b).toString('hex'))
      expect(toBase64(b)).toBe(Buffer.from(b).toString('base64'))
      expect(toBase64url(b)).toBe(Buffer.from(b).toString('base64url'))
      for (const back of [fromHex(toHex(b)), fromBase64(toBase64(b)), fromBase64url(toBase64url(b))])
        expect(toHex(back)).toBe(toHex(b))
    }),
  )
})

test('one byte string has one spelling: what decodes encodes to the same text', () => {
  const characters = fc.constantFrom(...'ABab01-_+/= \n'.split(''))
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 12 }), (s) => {
      for (const [decode, encode] of [
        [fromBase64, toBase64],
        [fromBase64url, toBase64url],
        [fromHex, toHex],
      ] as const)
        if (codeOf(() => decode(s)) === 'nothing thrown') assert.equal(encode(decode(s)), s)
    }),
    { numRuns: 2000 },
  )
})

for (const bad of ['A', 'AB=', 'AB', 'AA==A', '====', 'AAA', 'AB==', 'AA=A', ' AAAA', 'AA\n=', 'ÄAAA']) {
  test(`base64 refuses ${JSON.stringify(bad)}`, () => {
    expect(codeOf(() => fromBase64(bad))).toBe('malformed')
  })
}

test('text comes back as it was, a leading U+FEFF included', () => {
  fc.assert(fc.property(text, (s) => expect(fromUtf8(utf8(s))).toBe(s)))
  expect(fromUtf8(utf8('\uFEFFa'))).toBe('\uFEFFa')
})

test('lone surrogates and broken UTF-8 are refused, never replaced', () => {
  for (const bad of ['\uD800', 'a\uDC00b', '\uDC00\uD800']) expect(codeOf(() => utf8(bad))).toBe('malformed')
  for (const bad of ['ff', 'c0af', 'eda080', 'f5808080', 'e282', '80'])
    expect(codeOf(() => fromUtf8(fromHex(bad)))).toBe('malformed')
})

test('concat joins', () => {
  expect(toHex(concat(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)))).toBe('010203')
})
