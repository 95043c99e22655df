/**
 * The other profile: with every passphrase there is a second database, and a slot for a second passphrase.
 *
 * [Note: Two databases]
 * The first (`sotto`) has the table of slots and the tickets; the rows of a profile lie in it or in its twin (`sotto-2`), and
 * only the profile’s slot, sealed, says where. Whichever is not in use holds what a first visit leaves: one profile row,
 * under a key that was thrown away. So the twin, its stores and the number of slots tell nothing of whether there is a decoy;
 * each claim writes the tickets in both. What can be told: how much lies in each, and, from two copies of the disk, which
 * of them changed in between.
 *
 * A decoy is a profile like any other, with the same table turned around. What replaces the other profile there (a duress
 * passphrase, no passphrase any more) replaces the real one: whatever it refused would betray that there is one.
 */
import { StorageError, type Random } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import { passFence } from './fence.ts'
import { deriveKey, readKdf } from './kdf.ts'
import type { Database, StoreName } from './schema.ts'
import { masterOf, type Master, type Place } from './slots.ts'
import {
  blankSlot,
  NOTHING_TO_DO,
  openSealedSlot,
  ownSlot,
  replaceRows,
  sealSlot,
  turned,
  withSlot,
  type Row,
  type Rows,
  type Table,
} from './table.ts'
import type { Found } from './passphrase.ts'
import { makeShelf } from './shelf.ts'
import { transact } from './transaction.ts'
import { openVault } from './vault.ts'
import { prepareAll, type Prepared } from './write.ts'

/** By place. */
export type Databases = readonly [Connection, Connection]

export const otherPlace = (place: Place): Place => (place === 0 ? 1 : 0)

/** The slot of a new profile in the other database, and the note of it. Throws StorageError('known') for this profile’s own passphrase. */
export async function besideDuress(
  table: Table,
  { master, random }: { readonly master: Master; readonly random: Random },
  { passphrase, erases }: { readonly passphrase: string; readonly erases: boolean },
): Promise<Rows> {
  const { installId, place } = master
  const { own, roles } = ownSlot(table, master)
  const kdf = readKdf(own.kdf)
  if (!kdf) throw new StorageError('unavailable')
  const key = await deriveKey(passphrase, kdf, installId)
  if (await openSealedSlot(key, roles.passphrase, own)) throw new StorageError('known')
  const decoy = await masterOf(random(32), installId, { place: otherPlace(place), roles: turned(roles) })
  const to = { key, number: roles.other, kdf: own.kdf, random }
  const slot = await sealSlot({ master: decoy, flags: { fresh: true, erases } }, to)
  return await withSlot(table, master, random, 'other', slot)
}

/** Before a profile is opened for the first time: its database is emptied and, if so chosen, all other slots are overwritten. */
export async function beforeFirst(databases: Databases, table: Table, found: Found, random: Random): Promise<void> {
  const { master, flags, number, key } = found
  const own = table.slots.get(number)
  if (!own) return
  if (flags.fresh) await emptied(databases, master.place)
  const sealed = await sealSlot({ master, flags: NOTHING_TO_DO }, { key, number, kdf: own.kdf, random, note: own.note })
  const others = [...table.slots].filter(([other]) => flags.erases && other !== number)
  const rows = new Map<number, Row>([[number, sealed]])
  for (const [other] of others) rows.set(other, blankSlot(own, random))
  await replaceRows(databases[0], own, number, rows)
  // Nobody waits for that: without its key it is nothing but bytes.
  if (flags.erases) void leaveBlank(databases, otherPlace(master.place), random).catch(() => undefined)
}

/** What a first visit leaves in a database, in place of all that is there. `ticket`: as for `emptied`. */
export async function leaveBlank(databases: Databases, place: Place, random: Random, ticket?: number): Promise<void> {
  const vault = await openVault(await masterOf(random(32), random(16), { place }), random)
  const keys = { identitySecret: random(32), identityPublic: random(32) }
  const profile = { name: '', ...keys, hideIp: false, readReceipts: true }
  const shelf = makeShelf(databases[place], vault, random)
  const { prepared: rows } = await prepareAll(shelf, [{ op: 'profile', profile }])
  await emptied(databases, place, { rows, ...(ticket === undefined ? {} : { ticket }) })
}

/** Takes all rows away, and puts these. With a `ticket` only where it may write: StorageError('fenced') else. */
export async function emptied(
  databases: Databases,
  place: Place,
  { rows = [], ticket }: { readonly rows?: readonly Prepared[]; readonly ticket?: number } = {},
): Promise<void> {
  const owner = await databases[0].use((db) => db.get('owner', 'owner'))
  await databases[place].use((db) =>
    transact(db, storesOf(db, place, ticket), 'strict', async (tx, requests) => {
      if (ticket !== undefined && !(await passFence(tx, ticket))) throw new StorageError('fenced')
      for (const store of rowStores(db)) requests.push(tx.objectStore(store).clear())
      for (const row of rows) requests.push(...row.apply(tx))
      if (place === 0 || !owner || (await tx.objectStore('owner').get('owner'))) return
      requests.push(tx.objectStore('owner').put(owner, 'owner'))
    }),
  )
}

/** Whether nothing at all is in it, as in one that was just made. */
export async function isBare(db: Database): Promise<boolean> {
  const stores = [...db.objectStoreNames]
  const tx = db.transaction(stores)
  const counts = await Promise.all(stores.map((store) => tx.objectStore(store).count()))
  return counts.every((count) => count === 0)
}

/** Without a ticket, those of the first database are not touched: a claim would have to wait for it. */
const storesOf = (db: Database, place: Place, ticket: number | undefined): readonly StoreName[] =>
  place === 0 && ticket === undefined ? rowStores(db) : [...rowStores(db), 'owner']

const rowStores = (db: Database): readonly StoreName[] =>
  [...db.objectStoreNames].filter((store) => store !== 'owner' && store !== 'slots')
