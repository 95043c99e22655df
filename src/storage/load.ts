/** Everything small, read at once when a tab becomes the owner. Messages stay on disk but for each chat's newest. */
import type { Contact, Loaded, MessageRow } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import { openMessage, openRow, seqOf, zip, type Raw } from './open.ts'
import { newest } from './read.ts'
import { blockedCodec, contactCodec, inviteCodec, joinCodec, profileCodec, type Codec } from './rows.ts'
import type { Database, RowKey } from './schema.ts'
import type { Vault } from './vault.ts'

const SMALL_STORES = ['profile', 'contacts', 'invites', 'joins', 'blocked'] as const
type SmallStore = (typeof SMALL_STORES)[number]

/** Rejects with what the browser threw. */
export async function load(connection: Connection, vault: Vault): Promise<Loaded> {
  const raw = await connection.use(readSmall)
  let damaged = 0
  const rowsOf = async <T>(store: SmallStore, codec: Codec<T>): Promise<readonly T[]> => {
    const opened = await Promise.all(raw[store].map((one) => openRow(vault, store, codec, one)))
    const rows = opened.filter((row) => row !== undefined)
    damaged += opened.length - rows.length
    return rows
  }
  const [profiles, contacts, invites, joins, blocked] = await Promise.all([
    rowsOf('profile', profileCodec),
    rowsOf('contacts', contactCodec),
    rowsOf('invites', inviteCodec),
    rowsOf('joins', joinCodec),
    rowsOf('blocked', blockedCodec),
  ])
  const newestOf = await readLast(connection, vault, contacts)
  const [profile] = profiles
  return {
    ...(profile && { profile }),
    contacts,
    invites,
    joins,
    blocked,
    last: newestOf.last,
    tops: newestOf.tops,
    damaged: damaged + newestOf.damaged,
  }
}

async function readSmall(db: Database): Promise<Record<SmallStore, readonly Raw[]>> {
  const tx = db.transaction(SMALL_STORES)
  const rows = async (name: SmallStore): Promise<readonly Raw[]> => {
    const store = tx.objectStore(name)
    const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()])
    return zip(keys, values)
  }
  const [profile, contacts, invites, joins, blocked] = await Promise.all([
    rows('profile'),
    rows('contacts'),
    rows('invites'),
    rows('joins'),
    rows('blocked'),
  ])
  return { profile, contacts, invites, joins, blocked }
}

type Last = {
  readonly last: ReadonlyMap<string, MessageRow>
  readonly tops: ReadonlyMap<string, number>
  readonly damaged: number
}

/** One cursor a chat, all in one transaction; only where the newest is damaged is the next one looked for. */
async function readLast(connection: Connection, vault: Vault, contacts: readonly Contact[]): Promise<Last> {
  const chats = await Promise.all(contacts.map(({ id }) => vault.chatKey(id)))
  const tops = await connection.use((db) => readTops(db, chats))
  const last = new Map<string, MessageRow>()
  const seqs = new Map<string, number>()
  let damaged = 0
  await Promise.all(
    contacts.map(async ({ id: contactId }, i) => {
      const [chat, top] = [chats[i], tops[i]]
      if (chat === undefined || top === undefined) return
      seqs.set(contactId, seqOf(top.key) ?? 0)
      const row = await openMessage(vault, contactId, chat, top)
      if (row !== undefined) return void last.set(contactId, row)
      const found = await newest({ connection, vault, contactId }, Infinity, 1)
      for (const next of found.rows) last.set(contactId, next)
      damaged += found.damaged
    }),
  )
  return { last, tops: seqs, damaged }
}

async function readTops(db: Database, chats: readonly RowKey[]): Promise<readonly (Raw | undefined)[]> {
  const store = db.transaction('messages').store
  return await Promise.all(
    chats.map(async (chat) => {
      const cursor = await store.openCursor(IDBKeyRange.bound([chat], [chat, Infinity]), 'prev')
      return cursor ? { key: cursor.key, value: cursor.value } : undefined
    }),
  )
}
