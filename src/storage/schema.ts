/**
 * The tables of a profile's database and how they came to be. Nothing here names a person: keys are MACs or counters,
 * values are sealed boxes (`vault.ts`). Not concerned with what a row means: that is `rows.ts`.
 */
import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb'
import type { Bytes } from '../protocol/bytes.ts'

/**
 * Who may write. `tickets`: the last one drawn; each claim draws a higher one. `epoch`: the ticket of the claim that
 * owns the profile now: the fence that every write transaction reads first. `restoring`: only a part of a backup is here.
 */
export type OwnerRow = { readonly epoch: number; readonly tickets: number; readonly restoring?: Mark }

/** Of which file, and how many of its messages and pages. */
export type Mark = { readonly fileId: Bytes; readonly messages: number; readonly pages: number }

/** The master key in one of its wrappings, see `slots.ts`. `wrapped`: iv 12 ‖ AES-256-GCM ‖ tag 16. */
export type SlotRow = DeviceSlot | SealedSlot

/** Slot 0: wrapped by a key of this device that scripts cannot read. */
export type DeviceSlot = {
  readonly installId: Bytes
  readonly deviceKey: CryptoKey
  readonly wrapped: Bytes
  /** Which database has the rows; absent: the first. */
  readonly place?: 1
}

/** Slots 1 to 3, see `table.ts`: wrapped by what is derived from a passphrase or a passkey, or nothing but random bytes. */
export type SealedSlot = {
  readonly installId: Bytes
  /** How it is derived, as `kdf.ts` writes it; authenticated by `wrapped`. */
  readonly kdf: Bytes
  readonly wrapped: Bytes
  /** What the profile knows of the other slots, sealed. Absent in the former table, which had slot 1 alone. */
  readonly note?: Bytes
  /** In the former table: what is now in `TriesRow`. */
  readonly failed?: Tries
}

/** Wrong passphrases since the last right one, and when the last was tried, Unix ms. */
export type Tries = { readonly count: number; readonly at: number }

/** Beside the slots, in clear, since it is read while they are closed. `erase`: after ten of them nothing is kept. */
export type TriesRow = Tries & { readonly erase: boolean }

/** 16 bytes of HMAC(index key, store ‖ logical id). IndexedDB takes any view and gives back an ArrayBuffer. */
export type RowKey = Bytes
/** The chat's key and the message's number in it. */
export type SeqKey = [chat: RowKey, seq: number]

/** The chat's key and the number of a page's first message. */
export type PageKey = [chat: RowKey, from: number]

export interface Schema extends DBSchema {
  owner: { key: 'owner'; value: OwnerRow }
  slots: { key: number; value: SlotRow | TriesRow }
  profile: { key: RowKey; value: Bytes }
  contacts: { key: RowKey; value: Bytes }
  invites: { key: RowKey; value: Bytes }
  joins: { key: RowKey; value: Bytes }
  blocked: { key: RowKey; value: Bytes }
  /** The secret behind each chat's pages. */
  chats: { key: RowKey; value: Bytes }
  /** What was said, many messages a row, see `page.ts`. */
  pages: { key: PageKey; value: Bytes }
  /** Present while an own message of the page is queued; the page itself says so too. */
  unsent: { key: PageKey; value: 1 }
  /** What ought to be there, see `ledger.ts`. */
  manifest: { key: RowKey; value: Bytes }
  /** [chat key, HMAC of the message id] → its seq. Not of own messages that are there, see `ids.ts`. */
  ids: { key: [chat: RowKey, id: RowKey]; value: number }
  /** Of version 1, a message a row: moved into pages when a tab claims the profile (`upgrade.ts`). What cannot be opened stays. */
  messages: { key: SeqKey; value: Bytes }
  outbox: { key: SeqKey; value: 1 }
}

/** Stores whose rows are sealed, each under its own key. */
export type SealedStore = 'profile' | 'contacts' | 'invites' | 'joins' | 'blocked' | 'chats' | 'manifest' | 'messages'
export type StoreName = SealedStore | 'owner' | 'slots' | 'pages' | 'unsent' | 'ids' | 'outbox'
export type Database = IDBPDatabase<Schema>
export type WriteTransaction = IDBPTransaction<Schema, StoreName[], 'readwrite'>

type Migration = (db: Database) => void

function createStores(db: Database): void {
  const stores: readonly StoreName[] = [
    'owner',
    'slots',
    'profile',
    'contacts',
    'invites',
    'joins',
    'blocked',
    'messages',
    'ids',
    'outbox',
  ]
  for (const store of stores) db.createObjectStore(store)
}

function createPages(db: Database): void {
  const stores: readonly StoreName[] = ['chats', 'pages', 'unsent', 'manifest']
  for (const store of stores) db.createObjectStore(store)
}

/** Only ever appended to: the index is the version a migration starts from, the length the current version. */
const migrations: readonly Migration[] = [createStores, createPages]

export const SCHEMA_VERSION = migrations.length

/** Brings a database from `oldVersion` (0: new) to the current version. */
export function migrate(db: Database, oldVersion: number): void {
  for (const migration of migrations.slice(oldVersion)) migration(db)
}
