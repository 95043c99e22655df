/** Text that is none, and names that every object has. */
import { expect, test } from 'playwright/test'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { fromHex, padTo, toBase64url, utf8, Writer } from '../../src/protocol/bytes.ts'
import { decodeDescription, encodeDescription } from '../../src/protocol/description.ts'
import { parseInvite } from '../../src/protocol/invite.ts'
import { decodeMessage, encodeMessage } from '../../src/protocol/message.ts'
import { cleanName } from '../../src/protocol/names.ts'
import { decodePayload, decodeReply, encodePayload } from '../../src/protocol/payload.ts'
import { parseObject, parseRelayMessage } from '../../src/net/schema.ts'
import { bytesOf, codeOf, keyPairOf } from '../protocol/help.ts'
import { meet } from '../simulation/meeting.ts'
import { CALM } from '../simulation/world.ts'
import { join, sha } from './attacker.ts'
import * as at from './scene.ts'

const malformed = {
  'a lone continuation': '80',
  'a byte that is never one': 'ff',
  'an overlong slash': 'c0af',
  'an overlong NUL': 'c080',
  'an overlong slash of three': 'e080af',
  'a high surrogate': 'eda080',
  'a low surrogate': 'edb080',
  'a pair of surrogates': 'eda081edb080',
  'beyond Unicode': 'f4908080',
  'five bytes': 'f888808080',
  'cut short': 'e282',
}

/** Every field that holds text: the bytes in it, and what the decoder says. */
const fields: Record<string, (text: Bytes) => string> = {
  'the name in HS1': (text) => codeOf(() => decodePayload(named(text))),
  'the name in HS2': (text) => codeOf(() => decodeReply(named(text, true))),
  'a message': (text) => codeOf(() => decodeMessage(join(1, 'a', text))),
  'a relay in a link': (text) => codeOf(() => parseInvite(linkWith(join('ws://', text)))),
  'the ufrag of a description': (text) => codeOf(() => decodeDescription(withUfrag(join('abcd', text)))),
}

function named(name: Bytes, reply = false): Bytes {
  const writer = new Writer().u8(1).u16(name.length).put(name).u8(3).u16(4).u32(0)
  if (reply) writer.u8(5).u16(1).u8(0).u8(4).u16(32).put(keyPairOf('r').public)
  return padTo(writer.done(), 512)
}

function linkWith(relay: Bytes): string {
  const body = join(at.invite.bytes.slice(0, 70), 1, relay.length, relay)
  return toBase64url(join(body, sha(join('sotto/1/inv-sum', body)).slice(0, 4)))
}

function withUfrag(ufrag: Bytes): Bytes {
  const encoded = encodeDescription(at.described)
  return join(encoded.slice(0, 1), ufrag.length, ufrag, encoded.slice(2 + at.described.ufrag.length))
}

for (const [field, decode] of Object.entries(fields))
  test(`attack 43: ${field} that is not UTF-8 is refused, never replaced`, () => {
    expect(decode(utf8('a'))).toBe('nothing thrown')
    for (const [what, hex] of Object.entries(malformed))
      expect([what, decode(fromHex(hex))]).toEqual([what, 'malformed'])
  })

test('attack 43: NUL is refused in a text and left out of a name', () => {
  expect(codeOf(() => decodeMessage(join(1, 'a', 0, 'b')))).toBe('malformed')
  expect(codeOf(() => encodeMessage({ kind: 'text', text: 'a\0b' }))).toBe('malformed')
  expect(decodePayload(named(join('a', 0, 'b'))).name).toBe('ab')
})

test('attack 43: a lone surrogate never leaves: a text is refused, a name loses it', () => {
  for (const bad of ['\uD800', 'a\uDC00b', '\uDC00\uD800']) {
    expect(codeOf(() => encodeMessage({ kind: 'text', text: bad }))).toBe('malformed')
    const { name } = decodePayload(encodePayload({ name: bad, caps: 0 }))
    expect(name).toBe(cleanName(bad))
    expect(name).not.toMatch(/[\uD800-\uDFFF\uFFFD]/)
  }
  // Who writes a replacement character means it.
  expect(decodePayload(encodePayload({ name: '\uFFFD', caps: 0 })).name).toBe('\uFFFD')
})

// ── Names that every object has ──

const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']

const BEFORE = Reflect.ownKeys(Object.prototype)

function untouched(): void {
  expect(Reflect.ownKeys(Object.prototype)).toEqual(BEFORE)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
}

test('attack 45: as name, text or id they are a name, a text and an id', () => {
  const { a, b } = at.meet()
  for (const word of INHERITED) {
    expect(decodePayload(encodePayload({ name: word, caps: 0 }))).toEqual({ name: word, caps: 0 })
    const text = { kind: 'text', text: word } as const
    expect(decodeMessage(encodeMessage(text))).toEqual(text)
    const frame = { type: 'message', id: padTo(utf8(word), 16), body: encodeMessage(text) } as const
    expect(a.session.open(b.seal(frame))).toEqual(frame)
    const receipt = { type: 'receipt', what: 'read', ids: [frame.id] } as const
    expect(a.session.open(b.seal(receipt))).toEqual(receipt)
  }
  untouched()
})

test('attack 45: no number of a field, kind or status stands for something inherited', () => {
  const field = (type: number): string => {
    const payload = new Writer().u8(1).u16(0).u8(3).u16(4).u32(0).u8(type).u16(1).u8(7).done()
    return codeOf(() => decodePayload(padTo(payload, 512)))
  }
  for (let type = 1; type < 0x80; type++) expect(field(type)).toBe('malformed')
  for (let type = 0x80; type <= 0xff; type++) expect(field(type)).toBe('nothing thrown')
  const status = (code: number): string =>
    codeOf(() => decodeReply(padTo(new Writer().u8(5).u16(1).u8(code).done(), 512)))
  for (let code = 4; code <= 0xff; code++) expect(status(code)).toBe('malformed')
  for (let setup = 3; setup <= 0xff; setup++) {
    const encoded = encodeDescription(at.described)
    encoded[0] = setup
    expect(codeOf(() => decodeDescription(encoded))).toBe('malformed')
  }
})

test('attack 45: as keys of JSON from a relay or a host they are keys like others, and refused', () => {
  const event = {
    id: 'a'.repeat(64),
    pubkey: 'b'.repeat(64),
    created_at: 1,
    kind: 21_059,
    tags: [['p', 'c'.repeat(64)]],
    content: 'AAAA',
    sig: 'd'.repeat(128),
  }
  const good = JSON.stringify(['EVENT', 's', event])
  expect(parseRelayMessage(good)).toBeDefined()
  for (const word of INHERITED) {
    const more = good.replace('{"id"', `{"${word}":{"polluted":1},"id"`)
    expect([word, parseRelayMessage(more)]).toEqual([word, undefined])
    expect(parseRelayMessage(JSON.stringify([word, 's']))).toBeUndefined()
    // As text they are text.
    expect(parseRelayMessage(JSON.stringify(['NOTICE', word]))).toEqual(['NOTICE', word])
    const object = parseObject(`{"${word}":{"polluted":1}}`)
    expect(Object.keys(object!)).toEqual([word])
    untouched()
  }
})

test('attack 45: as the id of a contact, an invite or a join they name nobody', async () => {
  const { world, a, b } = await meet(45, CALM)
  for (const word of INHERITED) {
    const { actions } = a
    expect(actions.safety(word)).toBeUndefined()
    expect(await actions.scanned(word, bytesOf('code', 71))).toBe('unreadable')
    actions.openChat(word)
    actions.rename(word, 'polluted')
    actions.markVerified(word, true)
    actions.join(word)
    actions.withdraw(word)
    actions.removeContact(word)
    const sent = actions.send(word, 'polluted')
    await world.run(1_000)
    expect(await sent).toBe(false)
    untouched()
  }
  expect([a.disk.contacts.size, a.rows().length, a.connected, b.connected]).toEqual([1, 0, true, true])
})
