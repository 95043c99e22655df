/** Takes a profile from the browser, keys first: whatever is interrupted, nothing that is left can be opened. Fetched when it is needed. */
import { deleteDB } from 'idb'
import type { Bytes } from '../protocol/bytes.ts'
import type { Connection } from './connection.ts'
import type { SlotRow, StoreName } from './schema.ts'
import { isSealed, readSlot } from './slots.ts'
import { transact } from './transaction.ts'

/** A tab that is asleep can keep its database open; it is empty by then. */
const PATIENCE_MS = 2_000

/** `all`: those that are known, the one with the slots first. Each step is tried, also where the one before it failed. Every database whose name begins with `name` goes. */
export async function eraseDatabases(all: readonly Connection[], name: string): Promise<void> {
  const steps = [
    ...all.map((connection) => () => overwriteSlots(connection)),
    ...all.map((connection) => () => clear(connection, (store) => store === 'slots')),
    ...all.map((connection) => () => clear(connection, () => true)),
    () => deleteAll(name),
  ]
  for (const step of steps) await step().catch(() => undefined)
}

/** Whether the slots that lie there know of a second database. */
export async function hasTwin(connection: Connection): Promise<boolean> {
  const slot = await connection.use(readSlot).catch(() => undefined)
  return isSealed(slot) || slot?.place === 1
}

/** For a browser that writes in place; others only add to their files, and tidy up later. */
async function overwriteSlots(connection: Connection): Promise<void> {
  const nothing: Bytes = new Uint8Array(64)
  await connection.use((db) =>
    transact(db, ['slots'], 'strict', async (tx, requests) => {
      const slots = tx.objectStore('slots')
      const blank = { installId: nothing, kdf: nothing, wrapped: nothing } satisfies SlotRow
      for (const key of await slots.getAllKeys()) requests.push(slots.put(blank, key))
    }),
  )
}

async function clear(connection: Connection, wanted: (store: StoreName) => boolean): Promise<void> {
  await connection.use((db) => {
    const stores = [...db.objectStoreNames].filter(wanted)
    return transact(db, stores, 'strict', (tx, requests) => {
      for (const store of stores) requests.push(tx.objectStore(store).clear())
      return Promise.resolve()
    })
  })
}

async function deleteAll(name: string): Promise<void> {
  const { indexedDB: factory } = globalThis as { readonly indexedDB: Pick<IDBFactory, 'databases'> }
  const there = await factory.databases().catch(() => [])
  const names = new Set([name, ...there.map((one) => one.name ?? '').filter((one) => one.startsWith(name))])
  const gone = Promise.all([...names].map((one) => deleteDB(one)))
  await Promise.race([gone, new Promise((due) => setTimeout(due, PATIENCE_MS))])
}
