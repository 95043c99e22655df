/**
 * What a backup holds: one record behind the other, wherever the chunks end.
 *
 *   record:  kind u8 ‖ schema u16 ‖ length u32, at most 4 MiB ‖ body, as `rows.ts` writes it
 *   1 profile   once, first
 *   2 contact   confirmed ones; their pairs without secrets (root and id only), so that no copy of a conversation goes on unseen
 *   3 blocked
 *   4 page      contact u16, as counted from 0 ‖ page, at most 64 KiB, as `page.ts` writes it; by contact, then by number
 *   5 end       contacts u16 ‖ blocked u32 ‖ messages u48; nothing behind it
 *
 * NOT in it: sessions, pair secrets, open links and joins, the passphrase, and the ids of messages that were deleted (only
 * their MACs are here).
 */
import { concat, Reader, toHex, Writer, type Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { type Contact, type Profile } from '../chat/ports.ts'
import { BackupError } from './backup-error.ts'
import { isSeq } from './open.ts'
import { pageCodec, type Page } from './page.ts'
import { blockedCodec, contactCodec, messageCodec, profileCodec, type Codec } from './rows.ts'

/** A contact's number in the file, and a page of that chat. */
export type Said = { readonly contact: number; readonly page: Page }
export type Counts = { readonly contacts: number; readonly blocked: number; readonly messages: number }

export type BackupRecord =
  | { readonly kind: 'profile'; readonly body: Profile }
  | { readonly kind: 'contact'; readonly body: Contact }
  | { readonly kind: 'blocked'; readonly body: Bytes }
  | { readonly kind: 'page'; readonly body: Said }
  | { readonly kind: 'end'; readonly body: Counts }

type Kind = BackupRecord['kind']

const HEAD_BYTES = 7
/** The largest that a vault opens. */
const MAX_RECORD_BYTES = 1 << 22
/** Twice what a page has before it takes nothing more. */
const MAX_PAGE_BYTES = 1 << 16
/** As many as the chat takes. */
const MAX_CONTACTS = 1_000
/** Whoever removed so many people has done nothing else. */
const MAX_BLOCKED = 100_000

const saidCodec: Codec<Said> = {
  schema: pageCodec.schema,
  encode: ({ contact, page }) => new Writer().u16(contact).put(pageCodec.encode(page)).done(),
  decode(schema, bytes) {
    const from = new Reader(bytes)
    const contact = from.u16()
    if (from.left > MAX_PAGE_BYTES) throw new ProtocolError('malformed')
    const page = pageCodec.decode(schema, from.rest())
    // On the disk one that is malformed is left out where it is read; here it was not written by this program.
    for (const entry of page.entries) messageCodec.decode(schema, entry.bytes)
    return { contact, page }
  },
}

const countsCodec: Codec<Counts> = {
  schema: 1,
  encode: ({ contacts, blocked, messages }) => new Writer().u16(contacts).u32(blocked).u48(messages).done(),
  decode(_schema, bytes) {
    const from = new Reader(bytes)
    const counts = { contacts: from.u16(), blocked: from.u32(), messages: from.u48() }
    from.end()
    return counts
  },
}

const codecs: { readonly [K in Kind]: Codec<Extract<BackupRecord, { kind: K }>['body']> } = {
  profile: profileCodec,
  contact: contactCodec,
  blocked: blockedCodec,
  page: saidCodec,
  end: countsCodec,
}

/** By number, from 1, in the order in which they stand in a file. */
const KINDS: readonly Kind[] = ['profile', 'contact', 'blocked', 'page', 'end']

export function encodeRecord(record: BackupRecord): Bytes {
  const codec = codecs[record.kind] as Codec<BackupRecord['body']>
  const body = codec.encode(record.body)
  const kind = KINDS.indexOf(record.kind) + 1
  return new Writer().u8(kind).u16(codec.schema).u32(body.length).put(body).done()
}

/** Throws ProtocolError: 'version' for a kind or schema to come. */
export function decodeRecord(bytes: Bytes): BackupRecord {
  const from = new Reader(bytes)
  const kind = KINDS[from.u8() - 1]
  const schema = from.u16()
  if (kind === undefined || schema > codecs[kind].schema) throw new ProtocolError('version')
  if (schema < 1 || from.u32() !== from.left) throw new ProtocolError('malformed')
  return { kind, body: codecs[kind].decode(schema, from.rest()) } as BackupRecord
}

/** Takes the plain bytes of a backup as they come, and gives the records that are whole. Each method throws BackupError. */
export interface RecordReader {
  take(plain: Bytes): readonly BackupRecord[]
  /** There is nothing more: the file must have said so. Resolves with what was in it. */
  end(): Counts
}

export function makeRecordReader(): RecordReader {
  let left: Bytes = new Uint8Array()
  const rules = makeRules()
  return {
    take: (plain) =>
      refusing(() => {
        const bytes = left.length === 0 ? plain : concat(left, plain)
        const records: BackupRecord[] = []
        let at = 0
        for (let length = lengthAt(bytes, at); length !== undefined; length = lengthAt(bytes, at)) {
          const record = decodeRecord(bytes.subarray(at, at + length))
          rules.see(record)
          records.push(record)
          at += length
        }
        left = bytes.slice(at)
        return records
      }),
    end: () =>
      refusing(() => {
        if (left.length > 0) throw new ProtocolError('malformed')
        return rules.end()
      }),
  }
}

/** Of the record that begins here, if it is whole. */
function lengthAt(bytes: Bytes, at: number): number | undefined {
  if (bytes.length - at < HEAD_BYTES) return undefined
  const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(3)
  if (length > MAX_RECORD_BYTES) throw new ProtocolError('malformed')
  return bytes.length - at < HEAD_BYTES + length ? undefined : HEAD_BYTES + length
}

/** Which record may follow which, and what must be so between them. */
function makeRules(): { see(record: BackupRecord): void; end(): Counts } {
  const [ids, keys] = [new Set<string>(), new Set<string>()]
  let reached: Kind | undefined
  let counts: Counts = { contacts: 0, blocked: 0, messages: 0 }
  let [chat, top] = [0, 0]
  const require = (isSo: boolean): void => {
    if (!isSo) throw new ProtocolError('malformed')
  }
  const seeContact = ({ id, key, confirmed, pairs }: Contact): void => {
    const hex = toHex(key)
    require(confirmed && pairs.every(({ psks }) => psks.length === 0))
    require(!ids.has(id) && !keys.has(hex) && ids.size < MAX_CONTACTS)
    ids.add(id)
    keys.add(hex)
    counts = { ...counts, contacts: counts.contacts + 1 }
  }
  const seeBlocked = (): void => {
    require(counts.blocked < MAX_BLOCKED)
    counts = { ...counts, blocked: counts.blocked + 1 }
  }
  const seePage = ({ contact, page }: Said): void => {
    require(contact < counts.contacts && isSeq(page.top))
    require(contact > chat || (contact === chat && page.from > top))
    ;[chat, top] = [contact, page.top]
    counts = { ...counts, messages: counts.messages + page.entries.length }
  }
  return {
    see({ kind, body }) {
      const [before, now] = [KINDS.indexOf(reached ?? 'profile'), KINDS.indexOf(kind)]
      require(reached === undefined ? kind === 'profile' : kind !== 'profile' && reached !== 'end' && now >= before)
      reached = kind
      if (kind === 'contact') seeContact(body)
      if (kind === 'blocked') seeBlocked()
      if (kind === 'page') seePage(body)
      if (kind === 'end') require(Object.entries(counts).every(([name, count]) => body[name as keyof Counts] === count))
    },
    end() {
      require(reached === 'end')
      return counts
    },
  }
}

/** What is authentic and yet not as it should be was not written by this program. */
function refusing<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    throw new BackupError(error.code === 'version' ? 'version' : 'altered')
  }
}
