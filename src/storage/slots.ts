/**
 * The master key of a profile and the slots it lies in (WebCrypto).
 *
 *   slot 0:      device key (AES-256-GCM, not extractable, kept by the browser) ─ wraps → master key 32, random
 *   the others:  passphrase ─ Argon2id, HKDF (`table.ts`, `passphrase.ts`)     ─ wraps → the same
 *
 * Slot 0 or the others, never both. A device key in IndexedDB keeps scripts from reading it and backups of single rows from being
 * useful. It does not protect against somebody who holds the disk: the browser writes it there too.
 */
import { concat, utf8, Writer, type Bytes } from '../protocol/bytes.ts'
import { StorageError, type Random } from '../chat/ports.ts'
import type { Database, DeviceSlot, SealedSlot, SlotRow, TriesRow } from './schema.ts'

export const DEVICE_SLOT = 0
const IV_BYTES = 12
const MASTER_BYTES = 32
const INSTALL_BYTES = 16

/** The key of everything, as far as scripts can hold it. */
export type Master = {
  /** 16 random bytes, bound into every sealed row. */
  readonly installId: Bytes
  /** HKDF. */
  readonly root: CryptoKey
  /** The same key, only to be wrapped for another slot. */
  readonly held: CryptoKey
  /** In which of the two databases its rows are. */
  readonly place: Place
  /** Which slot is whose; absent under the key of the device. */
  readonly roles?: Roles
}

/** The database that was there first, or its twin. */
export type Place = 0 | 1

/** Numbers of slots, drawn when a passphrase is first set: of this profile, of the other one, and of the passkey of each. */
export type Roles = {
  readonly passphrase: number
  readonly other: number
  readonly passkey: number
  readonly otherPasskey: number
}

export function isSealed(slot: SlotRow | TriesRow | undefined): slot is SealedSlot {
  return slot !== undefined && 'kdf' in slot
}

/** What opens the profile, or says that something must be asked for. Were both there, somebody put one there: then the one that asks. */
export async function readSlot(db: Database): Promise<SlotRow | undefined> {
  return pick(await db.getAll('slots'))
}

export function pick(rows: readonly (SlotRow | TriesRow)[]): SlotRow | undefined {
  // Whatever is left of a table is not to be written over: then nothing opens.
  return rows.find(isSealed) ?? (rows[0] as SlotRow | undefined)
}

/** A new master key under a new device key. */
export async function makeSlot(random: Random): Promise<DeviceSlot> {
  const master = random(MASTER_BYTES)
  return await deviceSlot(master, random(INSTALL_BYTES), random)
}

/** The master key under a new device key. */
export async function makeDeviceSlot(master: Master, random: Random): Promise<DeviceSlot> {
  const slot = await deviceSlot(await bytesOf(master), master.installId, random)
  return master.place === 1 ? { ...slot, place: 1 } : slot
}

/** Throws StorageError('unavailable') if the slot was altered: nothing can be opened then. */
export async function openSlot(slot: DeviceSlot): Promise<Master> {
  const { installId, deviceKey, wrapped } = slot
  const master = isWhole(slot) && (await unwrap(deviceKey, wrapped, slotData(installId, DEVICE_SLOT)))
  if (!master) throw new StorageError('unavailable')
  return await masterOf(master, installId, { place: slot.place === 1 ? 1 : 0 })
}

/** Whether there are bytes where bytes belong: somebody may have written anything there. */
export function isWhole({ installId, wrapped }: SlotRow): boolean {
  return [installId, wrapped].every((part: unknown) => part instanceof Uint8Array)
}

/** Overwrites `master`. */
export async function masterOf(
  master: Bytes,
  installId: Bytes,
  where: Pick<Master, 'place' | 'roles'>,
): Promise<Master> {
  const [root, held] = await Promise.all([
    crypto.subtle.importKey('raw', master, 'HKDF', false, ['deriveKey']),
    crypto.subtle.importKey('raw', master, 'AES-GCM', true, ['encrypt']),
  ])
  master.fill(0)
  return { installId, root, held, ...where }
}

export async function bytesOf({ held }: Master): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', held))
}

async function deviceSlot(master: Bytes, installId: Bytes, random: Random): Promise<DeviceSlot> {
  const deviceKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  return { installId, deviceKey, wrapped: await wrap(master, deviceKey, slotData(installId, DEVICE_SLOT), random) }
}

/** iv 12 ‖ AES-256-GCM(master key 32) ‖ tag 16. Overwrites `master`. */
export async function wrap(master: Bytes, key: CryptoKey, data: Bytes, random: Random): Promise<Bytes> {
  const iv = random(IV_BYTES)
  const wrapped = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: data }, key, master)
  master.fill(0)
  return concat(iv, new Uint8Array(wrapped))
}

/** Undefined: another key, or something was altered. */
export async function unwrap(key: CryptoKey, wrapped: Bytes, data: Bytes): Promise<Bytes | undefined> {
  const iv = wrapped.slice(0, IV_BYTES)
  try {
    const how = { name: 'AES-GCM', iv, additionalData: data }
    return new Uint8Array(await crypto.subtle.decrypt(how, key, wrapped.slice(IV_BYTES)))
  } catch {
    return undefined
  }
}

/** What binds a wrapped key to its profile, its slot, and how its own key is derived. */
export function slotData(installId: Bytes, slot: number, kdf: Bytes = new Uint8Array()): Bytes {
  return new Writer().put(utf8('sotto/1/slot')).put(installId).u8(slot).put(kdf).done()
}
