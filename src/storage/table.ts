/**
 * The table of a sealed profile: always four slots of one form, each in use or random bytes, and nobody without a key sees which.
 *
 *   slot = install id 16 ‖ kdf ‖ wrapped (iv 12 ‖ box 64 ‖ tag 16) ‖ note (iv 12 ‖ box 1 ‖ tag 16)
 *   box  = version 1 ‖ master key 32 ‖ database ‖ slots {passphrase, other, passkey} ‖ flags ‖ slot {other passkey} ‖ zeros
 *
 * One is for the passphrase of this profile, one for its passkey, and the other two for those of another profile (a decoy, which
 * calls this one the other); which is which was drawn. They have the salt in common, so that a passphrase is derived once and tried on
 * all, and keep it: who changes one passphrase knows nothing of the other. The note, under the master key, tells a
 * profile what else is in use.
 */
import type { IDBPObjectStore } from 'idb'
import { Reader, utf8, Writer, type Bytes } from '../protocol/bytes.ts'
import { StorageError, type Random } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import { passFence } from './fence.ts'
import type { Database, Schema, SealedSlot, SlotRow, StoreName, TriesRow } from './schema.ts'
import { bytesOf, isSealed, masterOf, slotData, unwrap, wrap, type Master, type Roles } from './slots.ts'
import { transact } from './transaction.ts'

export const SLOTS = [1, 2, 3, 5] as const
/** Where `TriesRow` lies. */
export const TRIES = 4

const VERSION = 1
const BOX_BYTES = 64
const MASTER_BYTES = 32
/** What a box and a note have around them: iv, tag. */
const AROUND_BYTES = 12 + 16
const NOTE_BYTES = 1

/** What is still to be done before a profile is opened for the first time. */
export type Flags = {
  /** Its database holds what was there before. */
  readonly fresh: boolean
  /** All other slots are to be overwritten. */
  readonly erases: boolean
}

/** `former`: the other database still has the rows of before. */
export type Note = { readonly duress: boolean; readonly passkey: boolean; readonly former: boolean }

export type Content = { readonly master: Master; readonly flags: Flags }

export const NOTHING_TO_DO: Flags = { fresh: false, erases: false }
const NOTHING_BESIDE: Note = { duress: false, passkey: false, former: false }

export type Table = { readonly slots: ReadonlyMap<number, SealedSlot>; readonly tries: TriesRow | undefined }

/** What lies there, whoever wrote it. */
export async function readTable(db: Database): Promise<Table> {
  return await tableIn(db.transaction('slots').store)
}

type Rowed = { get(number: number): Promise<SlotRow | TriesRow | undefined> }

/** The same inside a transaction. */
export async function tableIn(store: Rowed): Promise<Table> {
  const [rows, tries] = await Promise.all([Promise.all(SLOTS.map((number) => store.get(number))), store.get(TRIES)])
  const slots = new Map<number, SealedSlot>()
  SLOTS.forEach((number, i) => {
    const row = rows[i]
    if (isSealed(row)) slots.set(number, row)
  })
  return { slots, tries: tries && 'count' in tries ? tries : undefined }
}

/** One of the 24 orders. */
export function drawRoles(random: Random): Roles {
  let byte = 255
  while (byte >= 240) byte = random(1)[0] ?? 255
  const left: number[] = [...SLOTS]
  const [passphrase = 0] = left.splice(byte % 4, 1)
  const [other = 0] = left.splice(Math.floor(byte / 4) % 3, 1)
  const [passkey = 0] = left.splice(Math.floor(byte / 12) % 2, 1)
  return { passphrase, other, passkey, otherPasskey: left[0] ?? 0 }
}

/** How the other profile sees the same table. */
export function turned({ passphrase, other, passkey, otherPasskey }: Roles): Roles {
  return { passphrase: other, other: passphrase, passkey: otherPasskey, otherPasskey: passkey }
}

/** Random bytes in the form of a slot. */
export function blankSlot(like: Pick<SealedSlot, 'installId' | 'kdf'>, random: Random): SealedSlot {
  return {
    installId: like.installId,
    kdf: like.kdf,
    wrapped: random(AROUND_BYTES + BOX_BYTES),
    note: random(AROUND_BYTES + NOTE_BYTES),
  }
}

/** Slot `number` under `key`; `note` as it is, if there is one to keep. */
export async function sealSlot(
  { master, flags }: Content,
  to: {
    readonly key: CryptoKey
    readonly number: number
    readonly kdf: Bytes
    readonly random: Random
    readonly note?: Bytes | undefined
  },
): Promise<SealedSlot> {
  const { key, number, kdf, random, note } = to
  const { installId, place, roles } = master
  if (!roles) throw new RangeError('no table')
  const box = new Writer()
    .u8(VERSION)
    .put(await bytesOf(master))
    .u8(place)
    .u8(roles.passphrase)
    .u8(roles.other)
    .u8(roles.passkey)
    .u8((flags.fresh ? 1 : 0) | (flags.erases ? 2 : 0))
    .u8(roles.otherPasskey)
    .put(new Uint8Array(BOX_BYTES - MASTER_BYTES - 7))
    .done()
  const wrapped = await wrap(box, key, slotData(installId, number, kdf), random)
  return { installId, kdf, wrapped, note: note ?? (await sealNote(master, NOTHING_BESIDE, random)) }
}

/** Undefined: another key, random bytes, or something was altered. The one box of the former table is the master key alone. */
export async function openSealedSlot(key: CryptoKey, number: number, slot: SealedSlot): Promise<Content | undefined> {
  const { installId, kdf, wrapped } = slot
  const box = await unwrap(key, wrapped, slotData(installId, number, kdf))
  if (box?.length === MASTER_BYTES)
    return { master: await masterOf(box, installId, { place: 0 }), flags: NOTHING_TO_DO }
  if (box?.length !== BOX_BYTES) return undefined
  const from = new Reader(box)
  if (from.u8() !== VERSION) return undefined
  const bytes = from.take(MASTER_BYTES)
  const place = from.u8() === 1 ? 1 : 0
  const own = { passphrase: from.u8(), other: from.u8(), passkey: from.u8() }
  const flags = from.u8()
  // A table that has three slots only has none for it yet.
  const roles = { ...own, otherPasskey: from.u8() || SLOTS[3] }
  box.fill(0)
  const master = await masterOf(bytes, installId, { place, roles })
  return { master, flags: { fresh: (flags & 1) !== 0, erases: (flags & 2) !== 0 } }
}

export async function sealNote(master: Master, note: Note, random: Random): Promise<Bytes> {
  const flags = (note.duress ? 1 : 0) | (note.passkey ? 2 : 0) | (note.former ? 4 : 0)
  return await wrap(Uint8Array.of(flags), await noteKey(master), noteData(master), random)
}

/** Of an altered note nothing is believed. */
export async function readNote(master: Master, slot: SealedSlot | undefined): Promise<Note> {
  const { note }: { readonly note?: unknown } = slot ?? {}
  const opened =
    note instanceof Uint8Array && (await unwrap(await noteKey(master), new Uint8Array(note), noteData(master)))
  if (!opened) return NOTHING_BESIDE
  const flags = opened[0] ?? 0
  return { duress: (flags & 1) !== 0, passkey: (flags & 2) !== 0, former: (flags & 4) !== 0 }
}

/** The slot of the profile’s own passphrase. Throws StorageError('unavailable') where there is none. */
export function ownSlot({ slots }: Table, { roles }: Master): { readonly own: SealedSlot; readonly roles: Roles } {
  const own = roles && slots.get(roles.passphrase)
  if (!own) throw new StorageError('unavailable')
  return { own, roles }
}

/** The own slot with something else in its note. */
export async function withNote(table: Table, master: Master, random: Random, change: Partial<Note>): Promise<Rows> {
  const { own, roles } = ownSlot(table, master)
  const note = await sealNote(master, { ...(await readNote(master, own)), ...change }, random)
  return new Map([[roles.passphrase, { ...own, note }]])
}

/** The slot in this role as it is to be, without one random bytes; and the note of it. */
export async function withSlot(
  table: Table,
  master: Master,
  random: Random,
  role: 'other' | 'passkey',
  slot?: SealedSlot,
): Promise<Rows> {
  const { own, roles } = ownSlot(table, master)
  const is = slot !== undefined
  // What is replaced in the other database goes with its slot.
  const change = role === 'other' ? { duress: is, former: false } : { passkey: is }
  const note = await withNote(table, master, random, change)
  const rows = new Map<number, Row>([...note, [roles[role], slot ?? blankSlot(own, random)]])
  if (role === 'other') rows.set(roles.otherPasskey, blankSlot(own, random))
  return rows
}

function noteData({ installId, roles }: Master): Bytes {
  return slotData(installId, roles?.passphrase ?? 0, utf8('note'))
}

async function noteKey({ root, installId }: Master): Promise<CryptoKey> {
  const how = { name: 'HKDF', hash: 'SHA-256', salt: installId, info: utf8('sotto/1/note') }
  return await crypto.subtle.deriveKey(how, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** By who holds no ticket yet: only if slot `number` is still what was read there. Throws what the browser threw. */
export async function replaceRows(
  connection: Connection,
  read: SealedSlot | undefined,
  number: number,
  rows: Rows,
): Promise<boolean> {
  return await connection.use((db) =>
    transact(db, ['slots'], 'strict', async (tx, requests) => {
      const slots = tx.objectStore('slots')
      const there = await slots.get(number)
      if (!isSealed(there) || String(there.wrapped) !== String(read?.wrapped)) return false
      putAll(slots, rows, requests)
      return true
    }),
  )
}

/** What is to lie in the table; undefined: nothing. */
export type Row = SlotRow | TriesRow | undefined
export type Rows = ReadonlyMap<number, Row>

/** At once, where this ticket may write. Throws StorageError('fenced') else, or what the browser threw. */
export async function putRows(connection: Connection, ticket: number, rows: Rows): Promise<void> {
  await connection.use((db) =>
    transact(db, ['owner', 'slots'], 'strict', async (tx, requests) => {
      if (!(await passFence(tx, ticket))) throw new StorageError('fenced')
      putAll(tx.objectStore('slots'), rows, requests)
    }),
  )
}

type SlotStore = IDBPObjectStore<Schema, StoreName[], 'slots', 'readwrite'>

function putAll(slots: SlotStore, rows: Rows, requests: Promise<unknown>[]): void {
  for (const [number, row] of rows) requests.push(row ? slots.put(row, number) : slots.delete(number))
}
