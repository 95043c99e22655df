/** What lies on disk: whoever holds it may have put anything there, but has not the keys. */
import fc from 'fast-check'
import { concat, utf8 } from '../../../src/protocol/bytes.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { encodeMessage, MAX_TEXT_BYTES } from '../../../src/protocol/message.ts'
import { isSeq, messagePlace, openMessage, openRow, seqOf } from '../../../src/storage/open.ts'
import { pageCodec, pagePlace, withEntry, withoutEntry } from '../../../src/storage/page.ts'
import type { Page } from '../../../src/storage/page.ts'
import { fromOf, messagesIn, openPage } from '../../../src/storage/shelf.ts'
import { joinCodec, messageCodec } from '../../../src/storage/rows.ts'
import { readKdf, writeKdf } from '../../../src/storage/kdf.ts'
import { makeSlot, openSlot } from '../../../src/storage/slots.ts'
import { openVault } from '../../../src/storage/vault.ts'
import type { Vault } from '../../../src/storage/vault.ts'
import { bytesOf } from '../../protocol/help.ts'
import { allRows } from '../../storage/arbitrary.ts'
import { decoder, ITSELF } from '../decoder.ts'
import type { Decoder } from '../decoder.ts'
import { corpus } from '../mutate.ts'
import { bytesLike } from './formats.ts'

/** A vault opens no larger box. */
const limit = { length: 4 * 1024 * 1024, by: 'storage/vault.ts' }

/** A text of a byte more than a message may have. */
const longMessage = concat(new Uint8Array(23), Uint8Array.of(1), new Uint8Array(MAX_TEXT_BYTES + 1).fill(0x61))

const rows = allRows.map(({ name, codec, rows: valid }): Decoder => {
  const encoded = corpus(valid.map((row) => codec.encode(row)))
  return decoder({
    name: `row: ${name}`,
    covers: [`storage/${name === 'contact' ? 'contact-row' : 'rows'}.ts ${name}Codec`],
    valid: encoded,
    inputs: bytesLike(encoded),
    examples: name === 'message' ? [longMessage] : [],
    outcomes: ['value', 'malformed', ...(name === 'message' ? ['too-large'] : [])],
    decode: (bytes: Bytes) => codec.decode(codec.schema, bytes),
    again: (row) => codec.encode(row),
    exact: true,
    limit,
  })
})

// ── Sealed boxes ──

let drawn = 0
const random = (length: number): Bytes => bytesOf(`disk ${drawn++}`, length)
const vault: Vault = await openVault(await openSlot(await makeSlot(random)), random)
const [PLACE, CHAT, SEQ] = [utf8('sixteen bytes ok'), utf8('sixteen bytes no'), 7]
const join = { id: 'id', fragment: 'fragment', pressed: true, openedAt: 5 }
const message = { id: '00'.repeat(16), mine: true, at: 1, body: { kind: 'text', text: 'hi' } } as const
const joinBox = await vault.seal('joins', PLACE, joinCodec.schema, joinCodec.encode(join))
const messageBox = await vault.seal(
  'messages',
  messagePlace(CHAT, SEQ),
  messageCodec.schema,
  messageCodec.encode(message),
)
const page = withEntry({ from: SEQ, top: SEQ, entries: [] }, { seq: SEQ, bytes: messageCodec.encode(message) })
const pages = [page, withoutEntry(withEntry(page, { seq: SEQ + 5, bytes: messageCodec.encode(message) }), SEQ)]
const chat = { contactId: 'contact', key: CHAT, pageKey: await vault.pageKey(bytesOf('secret', 32)) }
const pageBox = await vault.pages.seal(chat.pageKey, pagePlace(CHAT, SEQ), pageCodec.schema, pageCodec.encode(page))
/** Sealed with the right key: nonsense, or of a version to come. */
const sealed = async (schema: number, plainBytes: Bytes): Promise<Bytes> =>
  await vault.seal('joins', PLACE, schema, plainBytes)
const odd = [
  await sealed(2, joinCodec.encode(join)),
  await sealed(1, utf8('nonsense')),
  await sealed(1, encodeMessage(message.body)),
]

/** Keys and values as a database may hold them. */
const anything = fc.oneof(
  fc.anything({ withTypedArray: true, withBigInt: true, withDate: true }),
  fc.constantFrom<unknown>(PLACE.buffer, [PLACE, SEQ]),
)
const boxes: fc.Arbitrary<unknown> = fc.oneof(
  bytesLike([joinBox, messageBox, pageBox, ...odd]),
  fc.constantFrom(joinBox, messageBox, pageBox, ...odd),
  anything,
)

type Raw = { readonly key: unknown; readonly value: unknown }

const kdfs = [
  { memoryKiB: 65_536, passes: 3, lanes: 1 },
  { memoryKiB: 19_456, passes: 2, lanes: 4 },
].map((cost) => writeKdf({ ...cost, salt: bytesOf('salt', 16) }))

export const storage = [
  ...rows,
  decoder<unknown, unknown>({
    name: 'how a key is derived from a passphrase',
    covers: ['storage/kdf.ts readKdf'],
    valid: kdfs,
    inputs: fc.oneof(bytesLike(kdfs), anything),
    outcomes: ['value', 'undefined'],
    trial: (bytes) => ({
      decode: () => readKdf(bytes),
      after(outcome) {
        if (!('value' in outcome) || outcome.value === undefined) return
        const { memoryKiB, passes } = outcome.value as { memoryKiB: number; passes: number }
        if (memoryKiB < 19_456 || passes < 2 || memoryKiB > 2 ** 20) throw new Error('too cheap, or too dear')
      },
    }),
    limit: { ...limit, by: ITSELF },
  }),
  decoder<Raw, unknown>({
    name: 'box of a row',
    covers: ['storage/open.ts openRow', 'storage/vault.ts openVault', 'storage/slots.ts openSlot'],
    valid: [{ key: PLACE.buffer, value: joinBox }],
    inputs: fc.record({ key: fc.oneof(fc.constant<unknown>(PLACE.buffer), anything), value: boxes }),
    outcomes: ['value', 'undefined'],
    decode: async (raw) => await openRow(vault, 'joins', joinCodec, raw),
    limit: { ...limit, by: ITSELF },
  }),
  decoder<Raw, unknown>({
    name: 'box of a message',
    covers: ['storage/open.ts openMessage'],
    valid: [{ key: [CHAT, SEQ], value: messageBox }],
    inputs: fc.record({ key: fc.oneof(fc.constant<unknown>([CHAT, SEQ]), anything), value: boxes }),
    outcomes: ['value', 'undefined'],
    decode: async (raw) => await openMessage(vault, 'contact', CHAT, raw),
    limit: { ...limit, by: ITSELF },
  }),
  decoder<Bytes, Page>({
    name: 'page of messages',
    covers: ['storage/page.ts pageCodec'],
    valid: pages.map((one) => pageCodec.encode(one)),
    inputs: bytesLike(pages.map((one) => pageCodec.encode(one))),
    outcomes: ['value', 'malformed'],
    decode: (bytes) => pageCodec.decode(pageCodec.schema, bytes),
    again: (decoded) => pageCodec.encode(decoded),
    exact: true,
    limit,
  }),
  decoder<Raw, unknown>({
    name: 'box of a page',
    covers: ['storage/shelf.ts openPage', 'storage/shelf.ts messagesIn'],
    valid: [{ key: [CHAT, SEQ], value: pageBox }],
    inputs: fc.record({ key: fc.oneof(fc.constant<unknown>([CHAT, SEQ]), anything), value: boxes }),
    outcomes: ['value', 'undefined'],
    decode: async (raw) => {
      const opened = await openPage(vault, chat, raw)
      return opened && messagesIn(chat, opened)
    },
    limit: { ...limit, by: ITSELF },
  }),
  decoder<unknown, number | undefined>({
    name: 'number of a page',
    covers: ['storage/shelf.ts fromOf'],
    valid: [[CHAT, SEQ]],
    inputs: fc.oneof(anything, fc.tuple(anything, fc.double()), fc.tuple(anything, fc.maxSafeInteger())),
    outcomes: ['value', 'undefined'],
    decode: (key) => fromOf(key),
    again: (from) => [CHAT, from],
    limit: { length: Infinity, by: 'the browser' },
  }),
  decoder<unknown, number | undefined>({
    name: 'number of a message',
    covers: ['storage/open.ts seqOf', 'storage/open.ts isSeq'],
    valid: [[CHAT, SEQ]],
    inputs: fc.oneof(anything, fc.tuple(anything, fc.double()), fc.tuple(anything, fc.maxSafeInteger())),
    outcomes: ['value', 'undefined'],
    trial: (key) => ({
      decode: () => seqOf(key),
      after(outcome) {
        if (!('value' in outcome) || outcome.value === undefined) return
        const isOne = Number.isSafeInteger(outcome.value) && outcome.value >= 1 && outcome.value < 2 ** 48
        if (!isOne || !isSeq(outcome.value)) throw new Error(`${outcome.value} is no number`)
      },
    }),
    again: (seq) => [CHAT, seq],
    limit: { length: Infinity, by: 'the browser' },
  }),
]
