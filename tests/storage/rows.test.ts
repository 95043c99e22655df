import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import type { Contact } from '../../src/chat/ports.ts'
import { concat, toHex, Writer, type Bytes } from '../../src/protocol/bytes.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import { encodeMessage } from '../../src/protocol/message.ts'
import {
  blockedCodec,
  contactCodec,
  joinCodec,
  messageCodec,
  profileCodec,
  type Codec,
} from '../../src/storage/rows.ts'
import { allRows } from './arbitrary.ts'

/** What decoding ended in, if only rows or ProtocolError count as an end. */
function decodes(codec: Codec<unknown>, schema: number, from: Bytes): boolean {
  try {
    codec.decode(schema, from)
    return true
  } catch (error) {
    if (error instanceof ProtocolError) return false
    throw error
  }
}

for (const { name, codec, rows } of allRows) {
  test(`${name}: comes back as it was`, () => {
    fc.assert(
      fc.property(rows, (row) => {
        expect(codec.decode(codec.schema, codec.encode(row))).toEqual(row)
      }),
    )
  })

  test(`${name}: another version, a byte less or anything random is refused or is a row, never a crash`, () => {
    fc.assert(
      fc.property(rows, fc.uint8Array({ maxLength: 400 }), (row, random) => {
        const encoded = codec.encode(row)
        expect(decodes(codec, codec.schema + 1, encoded)).toBe(false)
        expect(decodes(codec, 0, encoded)).toBe(false)
        // A message's body is the rest of its row: what is cut from it is the sealed box's to notice.
        if (name !== 'message') {
          expect(decodes(codec, codec.schema, encoded.slice(0, -1))).toBe(false)
          expect(decodes(codec, codec.schema, concat(encoded, Uint8Array.of(0)))).toBe(false)
        }
        decodes(codec, codec.schema, new Uint8Array(random))
      }),
    )
  })

  test(`${name}: any changed byte is refused or is a row, never a crash`, () => {
    fc.assert(
      fc.property(rows, fc.nat(), fc.integer({ min: 1, max: 255 }), (row, at, by) => {
        const encoded = codec.encode(row)
        const place = at % encoded.length
        encoded[place] = encoded[place]! ^ by
        decodes(codec, codec.schema, encoded)
      }),
    )
  })
}

test('a flag, a state or a length out of its range is refused', () => {
  const blocked = new Uint8Array(32)
  const profile = { name: '', identitySecret: blocked, identityPublic: blocked, hideIp: true, readReceipts: false }
  // Of that version: without what came later at its end.
  const encoded = profileCodec.encode(profile).slice(0, -1)
  expect(decodes(profileCodec, 2, encoded)).toBe(true)
  encoded[encoded.length - 1] = 4
  expect(decodes(profileCodec, 2, encoded)).toBe(false)
  // A text that claims 4 GiB.
  encoded.fill(255, 0, 4)
  expect(decodes(profileCodec, 2, encoded)).toBe(false)

  const message = { id: '00'.repeat(16), mine: true, at: 1, state: 'read', body: { kind: 'text', text: 'x' } } as const
  const row = messageCodec.encode(message)
  expect(toHex(row.slice(16))).toBe('03' + '000000000001' + '02' + toHex(encodeMessage(message.body)))
  row[23] = 4
  expect(decodes(messageCodec, 1, row)).toBe(false)
})

test('rows of earlier versions are read: receipts are on, nothing was read or said to be, nobody has relays, locks or a time', () => {
  const key = new Uint8Array(32).fill(7)
  const text = (value: string) => concat(new Writer().u32(value.length).done(), new TextEncoder().encode(value))
  const old = concat(text('Ada'), key, key, Uint8Array.of(1))
  const profile = { name: 'Ada', identitySecret: key, identityPublic: key, hideIp: true, readReceipts: true }
  expect(profileCodec.decode(1, old)).toEqual(profile)
  // A flag the first version did not know.
  expect(decodes(profileCodec, 1, concat(old.slice(0, -1), Uint8Array.of(3)))).toBe(false)

  const third = concat(text('Ada'), key, key, Uint8Array.of(7, 1), text('wss://relay'))
  expect(profileCodec.decode(3, third)).toEqual({ ...profile, relays: ['wss://relay'] })
  expect(profileCodec.decode(4, concat(third, Uint8Array.of(5)))).toEqual({
    ...profile,
    relays: ['wss://relay'],
    lockAfter: 5,
  })
  expect(decodes(profileCodec, 3, concat(third, Uint8Array.of(5)))).toBe(false)
  expect(decodes(profileCodec, 4, third)).toBe(false)

  const fourth = concat(text('Ada'), key, key, Uint8Array.of(3, 0))
  const declined = concat(text('Ada'), key, key, Uint8Array.of(35, 0))
  expect(profileCodec.decode(4, fourth)).toEqual(profile)
  expect(profileCodec.decode(5, fourth)).toEqual(profile)
  expect(profileCodec.decode(5, declined)).toEqual({ ...profile, installDeclined: true })
  expect(decodes(profileCodec, 4, declined)).toBe(false)

  const contact = { ...contactOfVersion2(key), readTo: 0, theyRead: 0 }
  // Behind a contact of version 4: no timer.
  const timer = 1
  const now = contactCodec.encode(contact).slice(0, -timer)
  expect(contactCodec.decode(4, now)).toEqual(contact)
  expect(decodes(contactCodec, 5, now)).toBe(false)
  expect(contactCodec.decode(1, now.slice(0, -17))).toEqual(contact)
  expect(decodes(contactCodec, 1, now)).toBe(false)
  expect(decodes(contactCodec, 2, now.slice(0, -17))).toBe(false)
  const read = contactOfVersion2(key)
  const then = contactCodec.encode(read).slice(0, -timer)
  expect(contactCodec.decode(2, then.slice(0, -5))).toEqual(read)
  expect(decodes(contactCodec, 2, then)).toBe(false)
  expect(contactCodec.decode(3, then.slice(0, -4))).toEqual(read)
  expect(decodes(contactCodec, 3, then)).toBe(false)
})

function contactOfVersion2(key: Bytes): Contact {
  return {
    id: 'c',
    key,
    claimedName: 'Ben',
    petname: '',
    addedAt: 5,
    verified: true,
    stopped: false,
    confirmed: true,
    pairs: [],
    inviteTopic: '',
    unread: 2,
    readTo: 9,
    theyRead: 8,
    draft: 'so far',
    hintDismissed: false,
    hideIp: false,
  }
}

test('a field of a wrong length is a bug of the caller', () => {
  expect(() => blockedCodec.encode(new Uint8Array(31))).toThrow(RangeError)
  const long = { id: '', fragment: 'x'.repeat(2 ** 20 + 1), pressed: true, openedAt: 1 }
  expect(() => joinCodec.encode(long)).toThrow(RangeError)
})
