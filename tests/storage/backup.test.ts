/** The file of a backup: whole or refused, and nothing between. */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { concat, utf8, Writer, type Bytes } from '../../src/protocol/bytes.ts'
import { CHUNK_BYTES, HEAD_BYTES, makeHead, readChunks, readEnds, readHead } from '../../src/storage/backup-file.ts'
import { encodeRecord, type BackupRecord } from '../../src/storage/backup-records.ts'
import { messageCodec, type StoredMessage } from '../../src/storage/rows.ts'
import { bytesOf } from '../protocol/help.ts'
import {
  encoded,
  fileOf,
  key,
  keyOf,
  pageOf,
  readFile,
  recordsOf,
  sourceOf,
  wholes,
  type Whole,
} from './backup-help.ts'

const SEALED = CHUNK_BYTES + 16
const START = HEAD_BYTES + 16
const END = 8

/** With a draft of so many bytes, so that there are several chunks. */
function long(whole: Whole, bytes: number): Whole {
  const [first = { ...PERSON }, ...others] = whole.contacts
  return { ...whole, contacts: [{ ...first, draft: 'd'.repeat(bytes) }, ...others] }
}

const PERSON = {
  id: 'ben',
  key: bytesOf('ben', 32),
  claimedName: 'Ben',
  petname: '',
  addedAt: 1,
  verified: true,
  stopped: false,
  confirmed: true,
  pairs: [{ root: bytesOf('root', 32), id: bytesOf('id', 32), psks: [] }],
  inviteTopic: '',
  unread: 0,
  readTo: 0,
  theyRead: 0,
  draft: '',
  hintDismissed: false,
  hideIp: false,
}

const PROFILE = {
  name: 'Ana',
  identitySecret: bytesOf('secret', 32),
  identityPublic: bytesOf('public', 32),
  hideIp: false,
  readReceipts: true,
}

const HI: StoredMessage = { id: '0a'.repeat(16), mine: false, at: 1, body: { kind: 'text', text: 'hi' } }

/** A page of one message, which leaves two numbers behind it free. */
const said = (contact: number, from: number) => ({ kind: 'page', body: pageOf(contact, from, [HI]) }) as const

const whole: Whole = { profile: PROFILE, contacts: [PERSON], blocked: [], said: [] }

test('what was written is read, whatever it was and wherever its chunks end', async () => {
  const lengths = fc.constantFrom(0, CHUNK_BYTES - 300, CHUNK_BYTES, 3 * CHUNK_BYTES)
  await fc.assert(
    fc.asyncProperty(wholes, lengths, fc.boolean(), async (some, bytes, together) => {
      const there = bytes > 0 ? long(some, bytes) : some
      const parts = encoded(there)
      const file = await fileOf(together ? [concat(...parts)] : parts)
      expect(await readFile(file)).toEqual(recordsOf(there))
    }),
    { numRuns: 60 },
  )
})

test('plain text of every length around whole chunks is sealed in full chunks, the last not empty', async () => {
  for (const bytes of [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES]) {
    const file = await fileOf([new Uint8Array(bytes)])
    const chunks = Math.ceil(bytes / CHUNK_BYTES)
    expect(file.length).toBe(START + bytes + 16 * chunks + END)
  }
})

const file = await fileOf(encoded(long(whole, 3 * CHUNK_BYTES + 100)))
const other = await fileOf(encoded(long(whole, 3 * CHUNK_BYTES + 100)))
const chunkAt = (from: Bytes, i: number): Bytes =>
  from.slice(START + i * SEALED, Math.min(START + (i + 1) * SEALED, from.length - END))
const joined = (...chunks: readonly Bytes[]): Bytes => concat(file.slice(0, START), ...chunks, utf8('SottoEnd'))
const all = [0, 1, 2, 3].map((i) => chunkAt(file, i))
const [a, b, c, d] = all as [Bytes, Bytes, Bytes, Bytes]

test('any cut is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(file.length - 1), async (length) => {
      expect(await readFile(file.slice(0, length))).toMatch(/^(cut|not-backup)$/)
    }),
  )
  for (const length of [8, HEAD_BYTES, START, START + SEALED, file.length - END, file.length - 1])
    expect(await readFile(file.slice(0, length))).toBe('cut')
})

test('any changed bit is refused', async () => {
  const places = fc.oneof(
    fc.nat(START + 20),
    fc.nat(file.length - 1),
    fc.integer({ min: file.length - 30, max: file.length - 1 }),
  )
  await fc.assert(
    fc.asyncProperty(places, fc.nat(7), async (at, bit) => {
      const changed = file.slice()
      changed[at]! ^= 1 << bit
      expect(await readFile(changed)).toMatch(/^(not-backup|version|altered|passphrase|cut)$/)
    }),
  )
  const flipped = (at: number): Bytes => file.map((byte, i) => (i === at ? byte ^ 1 : byte)).slice()
  expect(await readFile(flipped(0))).toBe('not-backup')
  expect(await readFile(flipped(8))).toBe('version')
  expect(await readFile(flipped(HEAD_BYTES - 1))).toBe('passphrase')
  expect(await readFile(flipped(START + SEALED))).toBe('altered')
  expect(await readFile(flipped(file.length - END - 1))).toBe('altered')
  expect(await readFile(flipped(file.length - 1))).toBe('cut')
})

test('whatever is added is refused, also a second file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (more) => {
      expect(await readFile(concat(file, more))).toMatch(/^(cut|altered)$/)
    }),
  )
  expect(await readFile(concat(file, file))).toBe('altered')
  expect(await readFile(joined(...all, a))).toBe('altered')
  expect(await readFile(joined(...all, d))).toBe('altered')
})

test('chunks that changed places, were left out, came twice or from another file are refused', async () => {
  expect(joined(...all)).toEqual(file)
  const foreign = chunkAt(other, 1)
  for (const chunks of [
    [b, a, c, d],
    [a, c, d],
    [a, b, c],
    [a, b, b, d],
    [a, a, b, c, d],
    [a, foreign, c, d],
  ])
    expect(await readFile(joined(...chunks))).toBe('altered')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 6 }), async (order) => {
      const isWhole = order.join() === '0,1,2,3'
      const read = await readFile(joined(...order.map((i) => all[i]!)))
      if (isWhole) expect(read).toEqual(recordsOf(long(whole, 3 * CHUNK_BYTES + 100)))
      else expect(read).toMatch(/^(altered|cut)$/)
    }),
  )
  expect(await readFile(concat(other.slice(0, HEAD_BYTES), file.slice(HEAD_BYTES)))).toBe('passphrase')
  expect(await readFile(concat(other.slice(0, START), file.slice(START)))).toBe('altered')
})

test('a chunk knows whether it is the last, whatever is in it', async () => {
  const plains = async (from: Bytes): Promise<number> => {
    const source = sourceOf(from)
    let bytes = 0
    for await (const { plain } of readChunks(source, await readEnds(source), key)) bytes += plain.length
    return bytes
  }
  expect(await plains(file)).toBeGreaterThan(3 * CHUNK_BYTES)
  await expect(plains(joined(a, b, c))).rejects.toThrow('altered')
})

test('another key opens nothing', async () => {
  expect(await readFile(file, await keyOf('two'))).toBe('passphrase')
})

test('a head that makes guessing cheap, or a phone give up, is refused before anything is derived', () => {
  const head = makeHead((length) => bytesOf('head', length)).bytes
  expect(readHead(head).bytes).toEqual(head)
  const withCost = (memoryKiB: number, passes: number): Bytes => {
    const changed = head.slice()
    changed.set(new Writer().u32(memoryKiB).u8(passes).done(), 10)
    return changed
  }
  expect(readHead(withCost(19 * 1024, 2)).kdf).toMatchObject({ memoryKiB: 19 * 1024, passes: 2 })
  for (const [memory, passes] of [
    [8, 3],
    [19 * 1024 - 1, 2],
    [19 * 1024, 1],
    [2 ** 21, 3],
    [64 * 1024, 255],
  ] as const)
    expect(() => readHead(withCost(memory, passes))).toThrow('altered')
})

const end = (contacts: number, messages: number): BackupRecord => ({
  kind: 'end',
  body: { contacts, blocked: 0, messages },
})
const profile: BackupRecord = { kind: 'profile', body: PROFILE }
const contact = (id: string, key = bytesOf(id, 32)): BackupRecord => ({ kind: 'contact', body: { ...PERSON, id, key } })
const withSecret: BackupRecord = {
  kind: 'contact',
  body: { ...PERSON, pairs: [{ ...PERSON.pairs[0]!, psks: [bytesOf('psk', 32)] }] },
}

/** A page with one entry of this. */
const withBytes = (...all: readonly Bytes[]) => {
  const entries = all.map((bytes, i) => ({ seq: 1 + i, bytes }))
  return { contact: 0, page: { from: 1, top: all.length, entries } }
}

const NOT_OURS: Readonly<Record<string, readonly BackupRecord[]>> = {
  'nothing at the end': [profile],
  'no profile': [end(0, 0)],
  'two profiles': [profile, profile, end(0, 0)],
  'something behind the end': [profile, end(0, 0), end(0, 0)],
  'a contact behind a page': [profile, contact('a'), said(0, 1), contact('b'), end(2, 1)],
  'a contact twice': [profile, contact('a'), contact('a', bytesOf('x', 32)), end(2, 0)],
  'a key twice': [profile, contact('a'), contact('b', bytesOf('a', 32)), end(2, 0)],
  'a contact that is not confirmed': [profile, { kind: 'contact', body: { ...PERSON, confirmed: false } }, end(1, 0)],
  'a pair secret': [profile, withSecret, end(1, 0)],
  'a page of nobody': [profile, contact('a'), said(1, 1), end(1, 1)],
  'pages out of order': [profile, contact('a'), said(0, 9), said(0, 1), end(1, 2)],
  'a page twice': [profile, contact('a'), said(0, 1), said(0, 1), end(1, 2)],
  'a number that another page has': [profile, contact('a'), said(0, 1), said(0, 4), end(1, 2)],
  'a number that none has': [profile, contact('a'), said(0, 0), end(1, 1)],
  'numbers above all that can be': [profile, contact('a'), said(0, 2 ** 48 - 2), end(1, 1)],
  'a message that is malformed': [
    profile,
    contact('a'),
    { kind: 'page', body: withBytes(new Uint8Array(9)) },
    end(1, 1),
  ],
  'chats out of order': [profile, contact('a'), contact('b'), said(1, 1), said(0, 1), end(2, 2)],
  'fewer messages than it says': [profile, contact('a'), said(0, 1), end(1, 2)],
}

for (const [what, records] of Object.entries(NOT_OURS))
  test(`authentic, and not as this program writes: ${what}`, async () => {
    expect(await readFile(await fileOf(records.map(encodeRecord)))).toBe('altered')
  })

test('a record of a kind or schema to come is a newer version’s, one that is too long nobody’s', async () => {
  const good = [profile, contact('a')].map(encodeRecord)
  const record = (kind: number, schema: number, length: number) => new Writer().u8(kind).u16(schema).u32(length).done()
  expect(await readFile(await fileOf([...good, record(6, 1, 0)]))).toBe('version')
  expect(await readFile(await fileOf([...good, record(4, 9, 0)]))).toBe('version')
  expect(await readFile(await fileOf([...good, record(4, 0, 0)]))).toBe('altered')
  expect(await readFile(await fileOf([...good, record(4, 1, 2 ** 22 + 1), new Uint8Array(100)]))).toBe('altered')
  expect(await readFile(await fileOf([...good, encodeRecord(end(1, 0)).slice(0, -1)]))).toBe('altered')
  const unknown: StoredMessage = { ...HI, body: { kind: 'unknown', raw: new Uint8Array(16_000).fill(9) } }
  const pages = (count: number): Bytes =>
    encodeRecord({ kind: 'page', body: withBytes(...Array<Bytes>(count).fill(messageCodec.encode(unknown))) })
  const readPages = async (count: number) =>
    await readFile(await fileOf([...good, pages(count), encodeRecord(end(1, count))]))
  expect(await readPages(4)).toHaveLength(4)
  expect(await readPages(5)).toBe('altered')
})
