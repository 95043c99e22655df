/** Backups made here, under a key of their own: Argon2id is tried in the browser. */
import fc from 'fast-check'
import { concat, type Bytes } from '../../src/protocol/bytes.ts'
import type { Contact, Profile, Source } from '../../src/chat/ports.ts'
import { BackupError } from '../../src/storage/backup-error.ts'
import { checkKey, makeHead, makeSealer, readEnds, type Head } from '../../src/storage/backup-file.ts'
import { encodeRecord, type BackupRecord, type Said } from '../../src/storage/backup-records.ts'
import { readRecords } from '../../src/storage/restore.ts'
import { messageCodec, type StoredMessage } from '../../src/storage/rows.ts'
import { bytesOf } from '../protocol/help.ts'
import { allRows } from './arbitrary.ts'

let drawn = 0
const random = (length: number): Bytes => bytesOf(`backup ${drawn++}`, length)

export const key = await keyOf('one')

export async function keyOf(name: string): Promise<CryptoKey> {
  return await crypto.subtle.importKey('raw', bytesOf(name, 32), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

const rowsOf = <T>(name: string) => allRows.find((one) => one.name === name)!.rows as fc.Arbitrary<T>

/** As the export would put it: what stands in a file for one person, and what was said. */
export type Whole = {
  readonly profile: Profile
  readonly contacts: readonly Contact[]
  readonly blocked: readonly Bytes[]
  readonly said: readonly Said[]
}

/** With gaps between its numbers. */
export function pageOf(contact: number, from: number, messages: readonly StoredMessage[] = []): Said {
  const entries = messages.map((message, i) => ({ seq: from + 3 * i, bytes: messageCodec.encode(message) }))
  return { contact, page: { from, top: from + 3 * messages.length, entries } }
}

export function countOf(said: readonly Said[]): number {
  return said.reduce((sum, { page }) => sum + page.entries.length, 0)
}

const contacts = fc.uniqueArray(rowsOf<Contact>('contact'), { maxLength: 4, selector: ({ id }) => id }).map((all) =>
  all.map((one, i) => ({
    ...one,
    key: bytesOf(`key ${i}`, 32),
    confirmed: true,
    pairs: one.pairs.map((pair) => ({ ...pair, psks: [] })),
  })),
)

export const wholes: fc.Arbitrary<Whole> = contacts.chain((people) =>
  fc.record({
    profile: rowsOf<Profile>('profile'),
    contacts: fc.constant(people),
    blocked: fc.array(rowsOf<Bytes>('blocked'), { maxLength: 3 }),
    said: fc
      .array(fc.array(rowsOf<StoredMessage>('message'), { maxLength: 12 }), {
        minLength: people.length,
        maxLength: people.length,
      })
      .map((chats) => chats.flatMap((messages, contact) => [pageOf(contact, 1, messages), pageOf(contact, 70)])),
  }),
)

export function recordsOf({ profile, contacts: people, blocked, said }: Whole): readonly BackupRecord[] {
  const counts = { contacts: people.length, blocked: blocked.length, messages: countOf(said) }
  return [
    { kind: 'profile', body: profile },
    ...people.map((body) => ({ kind: 'contact', body }) as const),
    ...blocked.map((body) => ({ kind: 'blocked', body }) as const),
    ...said.map((body) => ({ kind: 'page', body }) as const),
    { kind: 'end', body: counts },
  ]
}

/** Sealed, each part in a write of its own. */
export async function fileOf(parts: readonly Bytes[], head: Head = makeHead(random)): Promise<Bytes> {
  const out: Bytes[] = []
  const sealer = await makeSealer(head, key, (part) => Promise.resolve(void out.push(part.slice())))
  for (const part of parts) await sealer.write(part)
  await sealer.end()
  return concat(...out)
}

export const encoded = (whole: Whole): readonly Bytes[] => recordsOf(whole).map(encodeRecord)

export function sourceOf(file: Bytes): Source {
  return { size: file.length, slice: (from, to) => new Blob([file]).slice(from, to) }
}

/** All that is in it, or why it is not taken. Nothing is given out as whole that is not. */
export async function readFile(file: Bytes, by = key): Promise<readonly BackupRecord[] | string> {
  const found: BackupRecord[] = []
  try {
    const source = sourceOf(file)
    const head = await readEnds(source)
    await checkKey(source, head, by)
    await readRecords({ file: source, head, key: by }, new AbortController().signal, (records) => {
      found.push(...records)
      return Promise.resolve()
    })
    return found
  } catch (error) {
    if (error instanceof BackupError) return error.trouble
    throw error
  }
}
