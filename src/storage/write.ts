/**
 * From a write of the chat to requests on an open transaction. Two steps, because a transaction ends by itself while
 * WebCrypto is awaited: first everything is sealed, then one transaction puts it all. Messages: `write-pages.ts`.
 */
import { toHex } from '../protocol/bytes.ts'
import { StorageError, type Write } from '../chat/ports.ts'
import type { Change } from './ledger.ts'
import { passFence } from './fence.ts'
import { blockedCodec, contactCodec, inviteCodec, joinCodec, profileCodec, type Codec } from './rows.ts'
import type { Database, SealedStore, StoreName, WriteTransaction } from './schema.ts'
import { wholeChat, type Shelf } from './shelf.ts'
import { transact, type Durability } from './transaction.ts'
import type { Vault } from './vault.ts'
import { isOfPages, stage, type PageWrite, type Staged } from './write-pages.ts'

/** A write that is sealed and only needs a transaction over `stores`. */
export type Prepared = {
  readonly stores: readonly StoreName[]
  readonly apply: (tx: WriteTransaction) => readonly Promise<unknown>[]
  /** Sealed rows in it. */
  readonly changes?: readonly Change[]
}

type PlainStore = Exclude<SealedStore, 'messages' | 'manifest'>
type PlainWrite = Exclude<Write, PageWrite>

/** The one profile's logical id. */
export const PROFILE_ID = 'me'

/** Seals all of one commit. `settle` is to be called once it is on disk. `more`: what is to be done in the same transaction. */
export async function prepareAll(
  shelf: Shelf,
  writes: readonly Write[],
  more: readonly Prepared[] = [],
): Promise<{ readonly prepared: readonly Prepared[]; readonly settle: () => ReturnType<Staged['settle']> }> {
  const removed = new Set(writes.flatMap((write) => (write.op === 'contact-gone' ? [write.id] : [])))
  const plain = lastOfEach(writes.filter((write): write is PlainWrite => !isOfPages(write)))
  const ofPages = writes.filter(isOfPages)
  const [rows, staged] = await Promise.all([
    Promise.all(plain.map((write) => prepare(shelf.vault, write))),
    stage(shelf, ofPages, removed),
  ])
  const all = [...rows, ...staged.prepared, ...more]
  const changes = all.flatMap((one) => one.changes ?? [])
  const cleared = new Set(writes.flatMap((write) => (write.op === 'chat-cleared' ? [write.contactId] : [])))
  const entry = await shelf.ledger.enter(changes, removed, cleared)
  return {
    prepared: [...all, ...entry.prepared],
    settle() {
      entry.settle()
      return staged.settle()
    },
  }
}

/** A contact that changes more than once in one commit, as with each of many messages, is sealed once. */
function lastOfEach(writes: readonly PlainWrite[]): readonly PlainWrite[] {
  const last = new Map(writes.map((write, i) => [write.op === 'contact' ? write.contact.id : i, i]))
  return writes.filter((write, i) => write.op !== 'contact' || last.get(write.contact.id) === i)
}

function prepare(vault: Vault, write: PlainWrite): Promise<Prepared> {
  switch (write.op) {
    case 'profile':
      return putRow(vault, 'profile', PROFILE_ID, profileCodec, write.profile)
    case 'contact':
      return putRow(vault, 'contacts', write.contact.id, contactCodec, write.contact)
    case 'contact-gone':
      return removeContact(vault, write.id)
    case 'block':
      return putRow(vault, 'blocked', toHex(write.key), blockedCodec, write.key)
    case 'invite':
      return putRow(vault, 'invites', write.invite.id, inviteCodec, write.invite)
    case 'invite-gone':
      return removeRow(vault, 'invites', write.id)
    case 'join':
      return putRow(vault, 'joins', write.join.id, joinCodec, write.join)
    case 'join-gone':
      return removeRow(vault, 'joins', write.id)
  }
}

/**
 * Applies everything in one transaction and resolves when it is on disk. Its first read is the fence: a tab that lost
 * its lock while it slept can still run a task, and must not write. Throws StorageError('fenced') then, else what the
 * browser threw; in both cases nothing was written.
 */
export async function applyAll(
  db: Database,
  ticket: number,
  all: readonly Prepared[],
  durability: Durability = 'strict',
): Promise<void> {
  const stores = new Set<StoreName>(['owner', ...all.flatMap((one) => one.stores)])
  await transact(db, [...stores], durability, async (tx, requests) => {
    // The rows are asked for right behind the fence's read, not a round trip later: refused, all of it is aborted.
    const passed = passFence(tx, ticket)
    requests.push(passed)
    for (const one of all) requests.push(...one.apply(tx))
    if (!(await passed)) throw new StorageError('fenced')
  })
}

async function putRow<T>(vault: Vault, store: PlainStore, id: string, codec: Codec<T>, row: T): Promise<Prepared> {
  const key = await vault.rowKey(store, id)
  const box = await vault.seal(store, key, codec.schema, codec.encode(row))
  return {
    stores: [store],
    apply: (tx) => [tx.objectStore(store).put(box, key)],
    changes: [{ store, place: key, box }],
  }
}

async function removeRow(vault: Vault, store: PlainStore, id: string): Promise<Prepared> {
  const key = await vault.rowKey(store, id)
  return { stores: [store], apply: (tx) => [tx.objectStore(store).delete(key)], changes: [{ store, place: key }] }
}

async function removeContact(vault: Vault, id: string): Promise<Prepared> {
  const [row, secret, chat] = await Promise.all([
    vault.rowKey('contacts', id),
    vault.rowKey('chats', id),
    vault.chatKey(id),
  ])
  const all = wholeChat(chat)
  const ofChat = ['pages', 'unsent', 'ids', 'messages', 'outbox'] as const
  return {
    stores: ['contacts', 'chats', ...ofChat],
    apply: (tx) => [
      tx.objectStore('contacts').delete(row),
      tx.objectStore('chats').delete(secret),
      ...ofChat.map((store) => tx.objectStore(store).delete(all)),
    ],
    changes: [
      { store: 'contacts', place: row },
      { store: 'chats', place: secret },
    ],
  }
}
