/** Bytes on the data channel that are no frame of this session: of another, of another kind, of another size, or nonsense. */
import { expect, test } from 'playwright/test'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { concat, padTo, Writer } from '../../src/protocol/bytes.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import { decodeFrame } from '../../src/protocol/frame.ts'
import { receive } from '../../src/protocol/handshake.ts'
import { answerRekey } from '../../src/protocol/rekey.ts'
import { FRAME_SIZES, isFatal } from '../../src/protocol/session.ts'
import { alice, bob, bytesOf, codeOf } from '../protocol/help.ts'
import { join, u32 } from './attacker.ts'
import * as at from './scene.ts'
import { workOf } from './work.ts'

const ping = { type: 'ping' } as const
const PING = Uint8Array.of(6)
const none = new Uint8Array(16)
const id = bytesOf('id', 16)

test('attack 40: a frame of another session does not open', () => {
  const [one, two] = [at.meet('one'), at.meet('two')]
  const [fromB, fromA] = [one.b.seal(ping), one.a.seal(ping)]
  expect(at.opens(two.a.session, fromB)).toBe('bad-tag')
  expect(at.opens(two.b.session, fromA)).toBe('bad-tag')
  expect(at.opens(one.a.session, fromB)).toBe('nothing thrown')
  expect(at.opens(one.b.session, fromA)).toBe('nothing thrown')
})

test('attack 40: nor one with the same keys and another session id, or under another label', () => {
  const { alices, chain } = at.dishonest()
  expect(at.opens(alices, chain.frame(PING, { n: 0, id: bytesOf('another session', 16) }))).toBe('bad-tag')
  for (const label of ['dr/b', 'env', 'hello', 'hs', 'dr/', ''])
    expect(at.opens(alices, chain.frame(PING, { n: 0, headerLabel: label }))).toBe('bad-tag')
  for (const label of ['dr/h', 'env', 'hello', 'hs', 'dr/', ''])
    expect(at.opens(alices, chain.frame(PING, { n: 0, bodyLabel: label }))).toBe('bad-tag')
  expect(alices.open(chain.frame(PING))).toEqual(ping)
})

test('attack 40: handshake messages and envelopes on the data channel are refused, by size or by tag', () => {
  const { a, b, wire } = at.meet()
  for (const bytes of [wire.hs1, wire.hs2, at.envelopeOf(wire.hs1)]) {
    expect(at.opens(a.session, bytes)).toBe('too-large')
    for (const size of FRAME_SIZES) {
      const cut = bytes.slice(0, size)
      cut[0] = 1
      expect(at.opens(a.session, padTo(cut, size))).toBe('bad-tag')
    }
  }
  // And the other way round: a frame is no handshake message.
  const { psk } = at.keys
  const frame = b.seal({ type: 'message', id, body: new Uint8Array(1800) })
  const hears = (message: Bytes): string => codeOf(() => receive({ context: at.context, psk, me: alice, message }))
  expect(hears(frame)).toBe('malformed')
  expect(hears(frame.slice(0, 1808))).toBe('bad-tag')
  expect(at.opens(a.session, frame)).toBe('nothing thrown')
})

test('attack 40: the HS1 that began a session does not renew it', () => {
  const { a, wire } = at.meet()
  const parties = { me: alice, them: bob.public }
  expect(codeOf(() => answerRekey(a.session, wire.hs1, parties, bytesOf('answer', 96)))).toBe('bad-tag')
  expect(codeOf(() => answerRekey(a.session, wire.hs2, parties, bytesOf('answer', 96)))).toBe('malformed')
  expect(a.session.epoch).toBe(0)
})

test('attack 41: every other size is refused before any work or copy, and another version', async () => {
  const { a, b } = at.meet()
  const sizes = [0, 1, 255, 257, 511, 16_383, 16_385, 2 ** 18]
  const frames = sizes.map((size) => new Uint8Array(size).fill(1))
  const work = await workOf(() => {
    for (const frame of frames) expect(at.opens(a.session, frame)).toBe('too-large')
  })
  // Nothing ran that could copy or allocate: only the check, and the error.
  expect(new Set(work.protocol)).toEqual(new Set(['open', 'isFatal', 'ProtocolError']))
  for (const code of ['too-large', 'version'] as const) expect(isFatal(new ProtocolError(code))).toBe(true)
  for (const version of [0, 2, 255]) {
    const frame = new Uint8Array(256)
    frame[0] = version
    expect(at.opens(a.session, frame)).toBe('version')
  }
  expect(a.session.open(b.seal(ping))).toEqual(ping)
})

test('attack 42: sealed nonsense is refused alone: its key is spent, and the session goes on', () => {
  const { alices, chain } = at.dishonest()
  const message = (length: Bytes, body: Bytes): Bytes => join(3, id, length, body)
  const nonsense = {
    'longer than the frame': message(u32(139), new Uint8Array(0)),
    'minus one': message(u32(0xffff_ffff), new Uint8Array(0)),
    'the least negative': message(u32(0x8000_0000), new Uint8Array(0)),
    'shorter than what follows': message(u32(7), bytesOf('body', 8)),
    'something in the last byte of the padding': padTo(message(u32(2), bytesOf('b', 2)), 159).fill(1, 158),
    'nothing but ones': new Uint8Array(159).fill(0xff),
    'nothing at all': new Uint8Array(159),
  }
  for (const [what, content] of Object.entries(nonsense)) {
    const frame = chain.frame(content)
    expect([what, at.opens(alices, frame)]).toEqual([what, 'malformed'])
    expect([what, at.opens(alices, frame)]).toEqual([what, 'replay'])
    expect(alices.open(chain.frame(PING))).toEqual(ping)
  }
  expect(isFatal(new ProtocolError('malformed'))).toBe(false)
  // The largest length that is true.
  const longest = chain.frame(message(u32(138), bytesOf('body', 138)))
  expect(longest).toHaveLength(256)
  expect(alices.open(longest)).toEqual({ type: 'message', id, body: bytesOf('body', 138) })
})

test('attack 42: lengths that lie, dirty padding, a stray id, type 0 and bad receipts are refused', () => {
  const raw = (type: number, field: Bytes, length: number, body: Bytes): string =>
    codeOf(() => decodeFrame(new Writer().u8(type).put(field).u32(length).put(body).done()))
  const body = bytesOf('body', 8)
  expect(raw(3, id, 9, body)).toBe('malformed')
  expect(raw(3, id, 0xffff_ffff, body)).toBe('malformed')
  expect(raw(3, id, 7, body)).toBe('malformed')
  expect(raw(3, id, 8, body)).toBe('nothing thrown')
  expect(raw(0, none, 0, new Uint8Array(0))).toBe('malformed')
  expect(raw(6, id, 0, new Uint8Array(0))).toBe('malformed')
  expect(raw(6, none, 1, Uint8Array.of(0))).toBe('malformed')
  expect(raw(1, none, 5, body.slice(0, 5))).toBe('malformed')
  expect(raw(4, none, 1, Uint8Array.of(1))).toBe('malformed')
  expect(raw(4, none, 17, concat(Uint8Array.of(3), id))).toBe('malformed')
  expect(raw(4, none, 16, concat(Uint8Array.of(1), id.slice(1)))).toBe('malformed')
  expect(raw(4, none, 1 + 257 * 16, concat(Uint8Array.of(1), new Uint8Array(257 * 16)))).toBe('malformed')
  expect(raw(9, none, 1, Uint8Array.of(3))).toBe('malformed')
})
