import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { concat, toHex, type Bytes } from '../../src/protocol/bytes.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import { encodeMessage, type Message } from '../../src/protocol/message.ts'
import {
  blockedCodec,
  contactCodec,
  inviteCodec,
  joinCodec,
  messageCodec,
  profileCodec,
  type Codec,
} from '../../src/storage/rows.ts'

const bytes = (length: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((b) => new Uint8Array(b))
const key = bytes(32)
const text = fc.string({ unit: 'grapheme' })
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const count = fc.integer({ min: 0, max: 2 ** 32 - 1 })

const pair = fc.record({ root: key, id: key, psks: fc.array(key, { maxLength: 2 }) })

const body: fc.Arbitrary<Message> = fc.oneof(
  text.filter((t) => t !== '' && !t.includes('\0')).map((t) => ({ kind: 'text' as const, text: t })),
  fc
    .tuple(fc.integer({ min: 2, max: 255 }), bytes(5))
    .map(([kind, rest]) => ({ kind: 'unknown' as const, raw: concat(Uint8Array.of(kind), rest) })),
)

/** Every codec with rows of all shapes, optional fields present and absent. */
const all: readonly { readonly name: string; readonly codec: Codec<never>; readonly rows: fc.Arbitrary<unknown> }[] = [
  {
    name: 'profile',
    codec: profileCodec,
    rows: fc.record({ name: text, identitySecret: key, identityPublic: key, hideIp: fc.boolean() }),
  },
  {
    name: 'contact',
    codec: contactCodec,
    rows: fc.record({
      id: text,
      key,
      claimedName: text,
      petname: text,
      addedAt: time,
      verified: fc.boolean(),
      stopped: fc.boolean(),
      confirmed: fc.boolean(),
      pairs: fc.array(pair, { maxLength: 3 }),
      inviteTopic: text,
      unread: count,
      draft: text,
      hintDismissed: fc.boolean(),
      hideIp: fc.boolean(),
    }),
  },
  {
    name: 'invite',
    codec: inviteCodec,
    rows: fc.record(
      {
        id: text,
        state: fc.constantFrom('open', 'bound', 'confirmed', 'withdrawn', 'expired'),
        createdAt: time,
        expiresAt: time,
        fragment: text,
        topic: key,
        keyI: key,
        keyR: key,
        boundTo: key,
        boundAt: time,
        relayOnly: fc.boolean(),
      },
      { requiredKeys: ['id', 'state', 'createdAt', 'expiresAt', 'topic', 'keyI', 'keyR', 'relayOnly'] },
    ),
  },
  {
    name: 'join',
    codec: joinCodec,
    rows: fc.record({ id: text, fragment: text, pressed: fc.boolean(), openedAt: time }),
  },
  { name: 'blocked', codec: blockedCodec, rows: key },
  {
    name: 'message',
    codec: messageCodec,
    rows: fc.record(
      {
        id: bytes(16).map(toHex),
        mine: fc.boolean(),
        at: time,
        body,
        state: fc.constantFrom('queued', 'delivered', 'read', 'failed'),
        failure: count,
      },
      { requiredKeys: ['id', 'mine', 'at', 'body'] },
    ),
  },
] as never

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

for (const { name, codec, rows } of all as readonly {
  name: string
  codec: Codec<unknown>
  rows: fc.Arbitrary<unknown>
}[]) {
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
  const profile = { name: '', identitySecret: blocked, identityPublic: blocked, hideIp: true }
  const encoded = profileCodec.encode(profile)
  expect(decodes(profileCodec, 1, encoded)).toBe(true)
  encoded[encoded.length - 1] = 2
  expect(decodes(profileCodec, 1, encoded)).toBe(false)
  // A text that claims 4 GiB.
  encoded.fill(255, 0, 4)
  expect(decodes(profileCodec, 1, encoded)).toBe(false)

  const message = { id: '00'.repeat(16), mine: true, at: 1, state: 'read', body: { kind: 'text', text: 'x' } } as const
  const row = messageCodec.encode(message)
  expect(toHex(row.slice(16))).toBe('03' + '000000000001' + '02' + toHex(encodeMessage(message.body)))
  row[23] = 4
  expect(decodes(messageCodec, 1, row)).toBe(false)
})

test('a field of a wrong length is a bug of the caller', () => {
  expect(() => blockedCodec.encode(new Uint8Array(31))).toThrow(RangeError)
  const long = { id: '', fragment: 'x'.repeat(2 ** 20 + 1), pressed: true, openedAt: 1 }
  expect(() => joinCodec.encode(long)).toThrow(RangeError)
})
