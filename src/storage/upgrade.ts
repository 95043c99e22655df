/**
 * From version 1 of the database, a message a row, to pages. What a migration cannot do, as no transaction waits for WebCrypto:
 * done by the tab that claims the profile, a stretch a transaction, so that it can be cut off anywhere.
 */
import type { Contact } from '../chat/ports.ts'
import { openMessage, zip } from './open.ts'
import type { Shelf } from './shelf.ts'
import { applyAll, prepareAll, type Prepared } from './write.ts'

/** Messages moved in one transaction. */
const STRETCH = 1024

/** Moves all that can be opened, and resolves with how many stay where they are. Rejects with what the browser threw. */
export async function upgrade(shelf: Shelf, contacts: readonly Contact[], ticket: number): Promise<number> {
  for (const { id } of contacts) await upgradeChat(shelf, ticket, id)
  // Where nothing was moved there is no sum yet, and the next page would miss it. On a full disk it has to.
  const { prepared, settle } = await prepareAll(shelf, [])
  const summed = shelf.connection.use((db) => applyAll(db, ticket, prepared))
  await summed.then(settle, () => undefined)
  return await shelf.connection.use((db) => db.count('messages'))
}

async function upgradeChat(shelf: Shelf, ticket: number, contactId: string): Promise<void> {
  const { connection, vault } = shelf
  const chat = await vault.chatKey(contactId)
  const end = [chat, []]
  let range = IDBKeyRange.bound([chat], end)
  for (;;) {
    const stretch = range
    const [keys, values] = await connection.use((db) =>
      Promise.all([db.getAllKeys('messages', stretch, STRETCH), db.getAll('messages', stretch, STRETCH)]),
    )
    const last = keys.at(-1)
    if (last === undefined) return
    range = IDBKeyRange.bound(last, end, true)
    const rows = await Promise.all(zip(keys, values).map((raw) => openMessage(vault, contactId, chat, raw)))
    const messages = rows.filter((row) => row !== undefined)
    const moved: Prepared = {
      stores: ['messages', 'outbox'],
      apply: (tx) =>
        messages.flatMap(({ seq }) => [
          tx.objectStore('messages').delete([chat, seq]),
          tx.objectStore('outbox').delete([chat, seq]),
        ]),
    }
    const writes = messages.map((message) => ({ op: 'message' as const, message }))
    const { prepared, settle } = await prepareAll(shelf, writes, [moved])
    await connection.use((db) => applyAll(db, ticket, prepared))
    settle()
  }
}
