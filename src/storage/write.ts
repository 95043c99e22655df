/**
 * From a write of the chat to requests on an open transaction. Two steps, because a transaction ends by itself while
 * WebCrypto is awaited: first everything is sealed, then one transaction puts it all.
 */
import { toHex, type Bytes } from '../protocol/bytes.ts'
import { StorageError, type MessageRow, type Write } from '../chat/ports.ts'
import { passFence } from './fence.ts'
import { isSeq, messagePlace } from './open.ts'
import { blockedCodec, contactCodec, inviteCodec, joinCodec, messageCodec, profileCodec, type Codec } from './rows.ts'
import type { Database, RowKey, SealedStore, SeqKey, StoreName, WriteTransaction } from './schema.ts'
import { transact } from './transaction.ts'
import type { Vault } from './vault.ts'

/** A write that is sealed and only needs a transaction over `stores`. */
export type Prepared = {
  readonly stores: readonly StoreName[]
  readonly apply: (tx: WriteTransaction) => readonly Promise<unknown>[]
}

type PlainStore = Exclude<SealedStore, 'messages'>

/** The one profile's logical id. */
export const PROFILE_ID = 'me'

export function prepare(vault: Vault, write: Write): Promise<Prepared> {
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
    case 'message':
      return putMessage(vault, write.message, write.unasked ?? false)
    case 'message-state':
      return putState(vault, write.message)
    case 'message-gone':
      return removeMessage(vault, write.contactId, write.seq)
  }
}

/**
 * Applies everything in one transaction and resolves when it is on disk. Its first read is the fence: a tab that lost
 * its lock while it slept can still run a task, and must not write. Throws StorageError('fenced') then, else what the
 * browser threw; in both cases nothing was written.
 */
export async function applyAll(db: Database, ticket: number, all: readonly Prepared[]): Promise<void> {
  const stores = new Set<StoreName>(['owner', ...all.flatMap((one) => one.stores)])
  await transact(db, [...stores], 'strict', async (tx, requests) => {
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
  return { stores: [store], apply: (tx) => [tx.objectStore(store).put(box, key)] }
}

async function removeRow(vault: Vault, store: PlainStore, id: string): Promise<Prepared> {
  const key = await vault.rowKey(store, id)
  return { stores: [store], apply: (tx) => [tx.objectStore(store).delete(key)] }
}

async function removeContact(vault: Vault, id: string): Promise<Prepared> {
  const [row, chat] = await Promise.all([vault.rowKey('contacts', id), vault.chatKey(id)])
  const all = wholeChat(chat)
  return {
    stores: ['contacts', 'messages', 'ids', 'outbox'],
    apply: (tx) => [
      tx.objectStore('contacts').delete(row),
      tx.objectStore('messages').delete(all),
      tx.objectStore('ids').delete(all),
      tx.objectStore('outbox').delete(all),
    ],
  }
}

async function putMessage(vault: Vault, message: MessageRow, unasked: boolean): Promise<Prepared> {
  const { contactId, seq } = message
  const [chat, id] = await Promise.all([vault.chatKey(contactId), vault.rowKey('ids', contactId, message.id)])
  const box = await sealMessage(vault, chat, message)
  const isQueued = message.mine && message.state === 'queued'
  return {
    stores: ['messages', 'ids', 'outbox'],
    apply: (tx) => [
      tx.objectStore('messages').put(box, [chat, seq]),
      // `add` fails on a key that is there, and with it the whole transaction.
      unasked ? tx.objectStore('ids').add(seq, [chat, id]) : tx.objectStore('ids').put(seq, [chat, id]),
      ...(isQueued ? [tx.objectStore('outbox').put(1, [chat, seq])] : []),
    ],
  }
}

async function putState(vault: Vault, message: MessageRow): Promise<Prepared> {
  const chat = await vault.chatKey(message.contactId)
  const box = await sealMessage(vault, chat, message)
  const key: SeqKey = [chat, message.seq]
  return {
    stores: ['messages', 'outbox'],
    apply: (tx) => [tx.objectStore('messages').put(box, key), tx.objectStore('outbox').delete(key)],
  }
}

async function sealMessage(vault: Vault, chat: RowKey, message: MessageRow): Promise<Bytes> {
  const { contactId: _chat, seq, ...stored } = message
  if (!isSeq(seq)) throw new RangeError('seq out of range')
  return await vault.seal('messages', messagePlace(chat, seq), messageCodec.schema, messageCodec.encode(stored))
}

async function removeMessage(vault: Vault, contactId: string, seq: number): Promise<Prepared> {
  const chat = await vault.chatKey(contactId)
  return {
    stores: ['messages', 'outbox'],
    apply: (tx) => [tx.objectStore('messages').delete([chat, seq]), tx.objectStore('outbox').delete([chat, seq])],
  }
}

/** Every key that begins with this chat: arrays sort after all other kinds of key. */
function wholeChat(chat: Bytes): IDBKeyRange {
  return IDBKeyRange.bound([chat], [chat, []])
}
