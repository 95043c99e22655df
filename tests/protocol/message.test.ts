import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { concat, utf8, Writer } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { decodeCall, encodeCall } from '../../src/protocol/call.ts'
import { bundleBytes, decodeFrame, encodeFrame, MAX_BUNDLE } from '../../src/protocol/frame.ts'
import { decodeMessage, encodeMessage, MAX_TEXT_BYTES, MAX_TIMER, TIMER_ACTS } from '../../src/protocol/message.ts'
import { decodeNumbered, encodeNumbered } from '../../src/protocol/numbered.ts'
import { bytes, damaged, frame, message, survives, u32 } from './arbitrary.ts'
import { bytesOf, codeOf } from './help.ts'

test('messages come back; hostile bytes end in a ProtocolError or a message', () => {
  fc.assert(fc.property(message, (m) => expect(decodeMessage(encodeMessage(m))).toEqual(m)))
  fc.assert(
    fc.property(fc.oneof(bytes(0, 300), damaged(message.map(encodeMessage))), (b) =>
      survives(b, decodeMessage, encodeMessage),
    ),
  )
})

test('a message of an unknown kind is kept as it came', () => {
  const raw = concat(Uint8Array.of(9), utf8('from the future'))
  expect(decodeMessage(raw)).toEqual({ kind: 'unknown', raw })
  expect(encodeMessage({ kind: 'unknown', raw })).toEqual(raw)
})

test('text limits: not empty, 15,000 bytes, no NUL, valid UTF-8', () => {
  const encoded = (s: string): string => codeOf(() => encodeMessage({ kind: 'text', text: s }))
  expect(encoded('a'.repeat(MAX_TEXT_BYTES))).toBe('nothing thrown')
  expect(encoded('a'.repeat(MAX_TEXT_BYTES + 1))).toBe('too-large')
  expect(encoded('ä'.repeat(7501))).toBe('too-large')
  expect(encoded('')).toBe('malformed')
  expect(encoded('a\0b')).toBe('malformed')
  expect(encoded('\uD800')).toBe('malformed')
  const decoded = (...b: number[]): string => codeOf(() => decodeMessage(Uint8Array.from(b)))
  expect(decoded()).toBe('malformed')
  expect(decoded(0)).toBe('malformed')
  expect(decoded(1)).toBe('malformed')
  expect(decoded(1, 0x61, 0)).toBe('malformed')
  expect(decoded(1, 0xed, 0xa0, 0x80)).toBe('malformed')
  expect(codeOf(() => decodeMessage(new Uint8Array(MAX_TEXT_BYTES + 2).fill(1)))).toBe('too-large')
})

test('a time is one second to ten years, and what is said of one is nothing more than that', () => {
  const encoded = (expireAfter: number): string => codeOf(() => encodeMessage({ kind: 'text', text: 'a', expireAfter }))
  expect([1, MAX_TIMER].map(encoded)).toEqual(['nothing thrown', 'nothing thrown'])
  expect([0, -1, Number.NaN, MAX_TIMER + 1].map(encoded)).toEqual(Array.from({ length: 4 }, () => 'malformed'))
  const decoded = (...b: number[]): string => codeOf(() => decodeMessage(Uint8Array.from(b)))
  expect(decoded(2, 0, 0, 0, 1, 0x61)).toBe('nothing thrown')
  expect(decoded(2, 0, 0, 0, 0, 0x61)).toBe('malformed')
  expect(decoded(2, 0xff, 0, 0, 0, 0x61)).toBe('malformed')
  expect(decoded(2, 0, 0, 0, 1)).toBe('malformed')
  expect(decoded(3, 1, 0, 0, 0, 1, 0, 0, 0, 1)).toBe('nothing thrown')
  for (const act of [0, TIMER_ACTS.length + 1]) expect(decoded(3, act, 0, 0, 0, 1, 0, 0, 0, 1)).toBe('malformed')
  expect(decoded(3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0)).toBe('malformed')
  expect(decoded(3, 1, 0, 0, 0, 1, 0, 0, 0)).toBe('malformed')
})

test('text is carried exactly: no normalisation, no trimming', () => {
  for (const s of ['e\u0301', ' \n ', '\uFEFFa', '\u202Eabc', '<img onerror=x>', '__proto__'])
    expect(decodeMessage(encodeMessage({ kind: 'text', text: s }))).toEqual({ kind: 'text', text: s })
})

test('frames come back, with any amount of padding; hostile bytes end in a ProtocolError or a frame', () => {
  fc.assert(
    fc.property(frame, fc.nat(100), (f, padding) => {
      expect(decodeFrame(concat(encodeFrame(f), new Uint8Array(padding)))).toEqual(f)
    }),
  )
  const encode = (f: ReturnType<typeof decodeFrame>): Bytes =>
    f.type === 'unknown' ? new Uint8Array(0) : encodeFrame(f)
  fc.assert(
    fc.property(fc.oneof(bytes(0, 300), damaged(frame.map(encodeFrame))), (b) => {
      const known = codeOf(() => decodeFrame(b)) === 'nothing thrown' && decodeFrame(b).type !== 'unknown'
      if (known) survives(b, decodeFrame, encode)
    }),
  )
})

test('a frame type of a newer version is known to be unknown', () => {
  const newer = new Writer().u8(200).put(bytesOf('id', 16)).u32(2).put(bytesOf('body', 2)).done()
  expect(decodeFrame(newer)).toEqual({ type: 'unknown', code: 200 })
  expect(codeOf(() => encodeFrame({ type: 'unknown', code: 200 }))).toBe('malformed')
})

test('frames with fields out of range are not encoded', () => {
  const id = bytesOf('id', 16)
  expect(codeOf(() => encodeFrame({ type: 'message', id: id.slice(1), body: id }))).toBe('malformed')
  expect(codeOf(() => encodeFrame({ type: 'receipt', what: 'read', ids: [] }))).toBe('malformed')
  expect(codeOf(() => encodeFrame({ type: 'receipt', what: 'read', ids: [id.slice(1)] }))).toBe('malformed')
  expect(codeOf(() => encodeFrame({ type: 'receipt', what: 'read', ids: Array.from({ length: 257 }, () => id) }))).toBe(
    'too-large',
  )
  expect(codeOf(() => encodeFrame({ type: 'bundle', messages: [] }))).toBe('malformed')
  expect(codeOf(() => encodeFrame({ type: 'bundle', messages: [{ id: id.slice(1), body: id }] }))).toBe('malformed')
  const many = Array.from({ length: MAX_BUNDLE + 1 }, () => ({ id, body: id }))
  expect(codeOf(() => encodeFrame({ type: 'bundle', messages: many }))).toBe('too-large')
  expect(codeOf(() => encodeFrame({ type: 'nack', id, code: 65536 }))).toBe('too-large')
  expect(codeOf(() => encodeFrame({ type: 'confirm', caps: -1 }))).toBe('too-large')
})

test('a bundle is read whole or not at all', () => {
  const id = bytesOf('id', 16)
  const of = (body: Bytes) => new Writer().u8(10).put(new Uint8Array(16)).u32(body.length).put(body).done()
  const one = new Writer().put(id).u16(3).put(bytesOf('one', 3)).done()
  expect(decodeFrame(of(one))).toEqual({ type: 'bundle', messages: [{ id, body: bytesOf('one', 3) }] })
  for (const body of [new Uint8Array(0), one.slice(0, 17), one.slice(0, 20), concat(one, id)])
    expect(codeOf(() => decodeFrame(of(body)))).toBe('malformed')
  const full = Array.from({ length: MAX_BUNDLE }, () => one)
  expect(decodeFrame(of(concat(...full)))).toHaveProperty('messages.length', MAX_BUNDLE)
  expect(codeOf(() => decodeFrame(of(concat(...full, one))))).toBe('malformed')
  expect(
    bundleBytes([
      { id, body: bytesOf('one', 3) },
      { id, body: id },
    ]),
  ).toBe(18 + 3 + 18 + 16)
})

test('a call and a numbered message come back', () => {
  fc.assert(
    fc.property(bytes(16), bytes(0, 50), u32, (nonce, inner, index) => {
      expect(decodeCall(encodeCall({ nonce, message: inner }))).toEqual({ nonce, message: inner })
      expect(decodeNumbered(encodeNumbered({ index, message: inner }))).toEqual({ index, message: inner })
    }),
  )
  expect(codeOf(() => decodeCall(bytesOf('short', 15)))).toBe('malformed')
  expect(codeOf(() => encodeCall({ nonce: bytesOf('short', 15), message: new Uint8Array(0) }))).toBe('malformed')
  expect(codeOf(() => decodeNumbered(bytesOf('short', 3)))).toBe('malformed')
})
