/**
 * The pages of a profile by chat and number, those used last kept in memory. Only one tab writes, so what was read or written
 * here is what the disk has, until the profile is let go of.
 */
import { ProtocolError } from '../protocol/errors.ts'
import type { Bytes } from '../protocol/bytes.ts'
import type { MessageRow, Random } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import { makeLedger, type Ledger } from './ledger.ts'
import { PAGE_SPAN, pageCodec, pagePlace, type Entry, type Page } from './page.ts'
import { messageCodec, type ChatRow } from './rows.ts'
import type { PageKey, RowKey } from './schema.ts'
import type { Vault } from './vault.ts'

/** At most 32 KiB and a message each. */
const MAX_KEPT = 128

/** What opens the pages of one chat. */
export type Chat = { readonly contactId: string; readonly key: RowKey; readonly pageKey: CryptoKey }

/** A key and value as IndexedDB gave them. */
export type RawPage = { readonly key: unknown; readonly value: unknown }

export interface Shelf {
  readonly connection: Connection
  readonly vault: Vault
  readonly random: Random
  readonly ledger: Ledger
  /** Undefined as long as nothing was said in it. */
  chat(contactId: string): Promise<Chat | undefined>
  /** All in which something was said. */
  chats(): Promise<readonly Chat[]>
  /** The secret of a chat, now that it is on disk. */
  learn(row: ChatRow): void
  forget(contactId: string): void
  /** The page in which this number has its place; undefined: there is none; `damaged`: it cannot be opened. */
  at(chat: Chat, seq: number): Promise<Page | 'damaged' | undefined>
  /** The first number of the last page that this tab knows. */
  last(contactId: string): number | undefined
  /** This is how the page lies on disk now; `undefined`: it is gone. */
  keep(chat: Chat, from: number, page: Page | undefined): void
}

export function makeShelf(connection: Connection, vault: Vault, random: Random): Shelf {
  const ledger = makeLedger(vault)
  const chats = new Map<string, Promise<Chat>>()
  const secrets = new Map<string, Bytes>()
  /** By chat and first number, those used last at the end. */
  const kept = new Map<string, Page>()
  /** The first number of each chat's last page. */
  const lasts = new Map<string, number>()
  const nameOf = (chat: Chat, from: number) => `${chat.contactId}/${from}`

  const remember = (chat: Chat, page: Page): void => {
    kept.delete(nameOf(chat, page.from))
    kept.set(nameOf(chat, page.from), page)
    const [oldest] = kept.keys()
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
  }

  async function make(contactId: string, secret: Bytes): Promise<Chat> {
    const [key, pageKey] = await Promise.all([vault.chatKey(contactId), vault.pageKey(secret)])
    return { contactId, key, pageKey }
  }

  async function chatOf(contactId: string): Promise<Chat | undefined> {
    const secret = secrets.get(contactId)
    const known = chats.get(contactId) ?? (secret && make(contactId, secret))
    if (known) chats.set(contactId, known)
    return await known
  }

  return {
    connection,
    vault,
    random,
    ledger,
    chat: chatOf,
    async chats() {
      const all = await Promise.all([...secrets.keys()].map(chatOf))
      return all.filter((one) => one !== undefined)
    },
    learn({ contactId, secret }) {
      secrets.set(contactId, secret)
      chats.delete(contactId)
    },
    forget(contactId) {
      for (const map of [secrets, chats, lasts]) map.delete(contactId)
      for (const name of kept.keys()) if (name.startsWith(`${contactId}/`)) kept.delete(name)
    },
    async at(chat, seq) {
      const last = lasts.get(chat.contactId)
      const newest = last !== undefined && last <= seq && kept.get(nameOf(chat, last))
      if (newest) return newest
      for (let from = seq; from > seq - PAGE_SPAN && from > 0; from--) {
        const page = kept.get(nameOf(chat, from))
        // What follows a page's largest number may lie in another.
        if (page && seq <= page.top) return page
      }
      const range = IDBKeyRange.bound([chat.key, Math.max(1, seq - PAGE_SPAN + 1)], [chat.key, seq])
      const raw = await connection.use(async (db) => {
        const cursor = await db.transaction('pages').store.openCursor(range, 'prev')
        return cursor && { key: cursor.key, value: cursor.value }
      })
      if (!raw) return undefined
      const page = await openPage(vault, chat, raw)
      if (page) await ledger.note(pagePlace(chat.key, page.from), raw.value)
      if (page) remember(chat, page)
      return page ?? 'damaged'
    },
    last: (contactId) => lasts.get(contactId),
    keep(chat, from, page) {
      if (!page) return void kept.delete(nameOf(chat, from))
      remember(chat, page)
      if (from >= (lasts.get(chat.contactId) ?? 0)) lasts.set(chat.contactId, from)
    },
  }
}

/** The first number in a page's key; undefined if it is none that was ever written. */
export function fromOf(key: unknown): number | undefined {
  const from: unknown = Array.isArray(key) ? key[1] : undefined
  return typeof from === 'number' && Number.isInteger(from) && from >= 1 && from < 2 ** 48 ? from : undefined
}

export function pageKeyOf({ key }: Chat, from: number): PageKey {
  return [key, from]
}

/** Every key that begins with this chat: arrays sort after all other kinds of key. */
export function wholeChat(chat: RowKey): IDBKeyRange {
  return IDBKeyRange.bound([chat], [chat, []])
}

/** Undefined if it was moved, altered or malformed. */
export async function openPage(
  vault: Pick<Vault, 'pages'>,
  chat: Chat,
  { key, value }: RawPage,
): Promise<Page | undefined> {
  const from = fromOf(key)
  if (from === undefined) return undefined
  const opened = await vault.pages.open(chat.pageKey, pagePlace(chat.key, from), value)
  return opened && decoded(() => pageCodec.decode(opened.schema, opened.plain))
}

/** The messages of a page. One that is malformed is left out. */
export function messagesIn(chat: Chat, page: Page): readonly MessageRow[] {
  return page.entries.flatMap((entry) => messageOf(chat, entry) ?? [])
}

/** The same page without them, and without what disappears, or waits to be said of that: it is not taken anywhere else. */
export function lasting(page: Page): Page {
  const entries = page.entries.filter(({ bytes }) => {
    const stored = decoded(() => messageCodec.decode(messageCodec.schema, bytes))
    if (stored?.body.kind === 'timer') return stored.state !== 'queued'
    return stored && !(stored.body.kind === 'text' && stored.body.expireAfter)
  })
  return entries.length === page.entries.length ? page : { ...page, entries }
}

function messageOf({ contactId }: Chat, { seq, bytes }: Entry): MessageRow | undefined {
  const stored = decoded(() => messageCodec.decode(messageCodec.schema, bytes))
  return stored && { contactId, seq, ...stored }
}

/** Undefined if it is malformed. */
export function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
