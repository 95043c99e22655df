/**
 * Runs in the page: one tab's History, and what an adversary with the disk can do, over raw IndexedDB.
 * Everything it returns can cross the border of the page.
 */
import { makeHistory } from '../../src/storage/history.ts'
import { StorageError, type Write } from '../../src/chat/ports.ts'
import { plain } from './storage-fixtures.ts'

export * from './storage-fixtures.ts'

export const DATABASE = 'sotto-test'

export const history = makeHistory({
  databaseName: DATABASE,
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
})

const told: unknown[] = []
/** How often this tab was told that another took over. */
export const lost = (): number => told.length
/** And why. */
export const endings = (): readonly unknown[] => told

/** What is done while this tab is told that another takes over. */
let farewell: () => void = () => undefined
export function onFarewell(run: () => void): void {
  farewell = run
}

/** The trouble it ended in, or what it returned, made plain. */
export async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return plain(await work()) ?? 'done'
  } catch (error) {
    if (error instanceof StorageError) return error.trouble
    throw error
  }
}

type LoadedPlain = {
  readonly profile?: unknown
  readonly contacts: readonly { readonly id: string; readonly unread: number }[]
  readonly invites: readonly { readonly id: string }[]
  readonly joins: readonly { readonly id: string }[]
  readonly blocked: readonly string[]
  readonly last: readonly (readonly [string, { readonly seq: number }])[]
  readonly tops: readonly (readonly [string, number])[]
  readonly damaged: number
}

/** Claims; rows sorted by id, because on disk their order is that of random keys. */
export async function claim(): Promise<LoadedPlain> {
  const { contacts, invites, joins, blocked, last, tops, ...rest } = await history.claim((why) => {
    told.push(why)
    farewell()
  })
  const byId = (a: { readonly id: string }, b: { readonly id: string }) => a.id.localeCompare(b.id)
  const sorted = {
    ...rest,
    contacts: [...contacts].sort(byId),
    invites: [...invites].sort(byId),
    joins: [...joins].sort(byId),
    blocked: [...blocked].map(plain).sort(),
    last: [...last].sort(([a], [b]) => a.localeCompare(b)),
    tops: [...tops].sort(([a], [b]) => a.localeCompare(b)),
  }
  return plain(sorted) as LoadedPlain
}

export const commit = (...writes: readonly Write[]): Promise<unknown> => outcome(() => history.commit(writes))

export const page = async (contactId: string, before: number, limit: number): Promise<readonly number[]> =>
  (await history.page(contactId, before, limit)).map((row) => row.seq)

export const following = async (contactId: string, after: number, limit: number): Promise<readonly number[]> =>
  (await history.following(contactId, after, limit)).map((row) => row.seq)

export const outbox = async (contactId: string, after: number, limit: number): Promise<readonly number[]> =>
  (await history.outbox(contactId, after, limit)).map((row) => row.seq)

// ── The adversary: the database as it lies there ──

export type Entry = { readonly store: string; readonly key: IDBValidKey; readonly value: unknown }

export async function raw(name = DATABASE): Promise<IDBDatabase> {
  return await settled(indexedDB.open(name))
}

/** Another installation in this browser. */
export const another = (databaseName: string) =>
  makeHistory({ databaseName, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })

/** A later version of the program was here. */
export async function raise(version: number): Promise<void> {
  const db = await settled(indexedDB.open(DATABASE, version))
  db.close()
}

export const entries = (): Promise<readonly Entry[]> => entriesIn(DATABASE)

export async function entriesIn(name: string): Promise<readonly Entry[]> {
  const db = await raw(name)
  const found: Entry[] = []
  for (const store of db.objectStoreNames) {
    const table = db.transaction(store).objectStore(store)
    const [keys, values] = await Promise.all([settled(table.getAllKeys()), settled(table.getAll())])
    keys.forEach((key, i) => found.push({ store, key, value: values[i] as unknown }))
  }
  db.close()
  return found
}

export async function entriesOf(store: string): Promise<readonly Entry[]> {
  return (await entries()).filter((entry) => entry.store === store)
}

/** How many entries each store has. */
export async function counts(): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const { store } of await entries()) found[store] = (found[store] ?? 0) + 1
  return found
}

export async function overwrite(...changed: readonly Entry[]): Promise<void> {
  const db = await raw()
  for (const { store, key, value } of changed) {
    await settled(db.transaction(store, 'readwrite').objectStore(store).put(value, key))
  }
  db.close()
}

export async function remove({ store, key }: Entry): Promise<void> {
  const db = await raw()
  await settled(db.transaction(store, 'readwrite').objectStore(store).delete(key))
  db.close()
}

/** Nothing but these entries. */
export async function restore(whole: readonly Entry[]): Promise<void> {
  const db = await raw()
  for (const store of db.objectStoreNames) await settled(db.transaction(store, 'readwrite').objectStore(store).clear())
  db.close()
  await overwrite(...whole)
}

/** Keys and values as hex, one string an entry; a key object as its name. */
export async function dump(): Promise<readonly string[]> {
  return (await entries()).map(({ store, key, value }) => `${store} ${hexOf(key)} ${hexOf(value)}`)
}

function hexOf(value: unknown): string {
  if (value instanceof CryptoKey) return `(key, extractable: ${value.extractable})`
  if (value instanceof ArrayBuffer) return hexOf(new Uint8Array(value))
  if (value instanceof Uint8Array) return Array.from(value, (b) => b.toString(16).padStart(2, '0')).join('')
  if (typeof value === 'string') return hexOf(new TextEncoder().encode(value))
  if (typeof value === 'object' && value !== null) return Object.values(value).map(hexOf).join(' ')
  return String(value)
}

export function flipped(value: unknown, at: number): Uint8Array {
  const bytes = Uint8Array.from(value as Uint8Array)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes
}

export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('no cause'))
  })
}
