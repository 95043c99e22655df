/** The slot that a passphrase opens: made, changed, taken away, and tried. Fetched when it is first needed. */
import { StorageError, type Random, type Unlocking } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import { passFence } from './fence.ts'
import { chooseKdf, deriveKey, readKdf, writeKdf, type Kdf } from './kdf.ts'
import type { PassphraseSlot, SlotRow } from './schema.ts'
import {
  bytesOf,
  DEVICE_SLOT,
  isPassphrase,
  isWhole,
  makeDeviceSlot,
  masterOf,
  PASSPHRASE_SLOT,
  readSlot,
  slotData,
  unwrap,
  wrap,
  type Master,
} from './slots.ts'
import { transact } from './transaction.ts'

/** What a wrong passphrase costs, doubled for each further one. Somebody with the disk can set it back: it keeps out who has the page only. */
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 300_000

const RIGHT: Unlocking = { ok: true }

/** The master key under what is derived from `passphrase`. `kdf`: as strong as this program makes them, unless told. */
export async function makePassphraseSlot(
  passphrase: string,
  master: Master,
  random: Random,
  kdf: Kdf = chooseKdf(random),
): Promise<PassphraseSlot> {
  const { installId } = master
  const written = writeKdf(kdf)
  const key = await deriveKey(passphrase, kdf, installId)
  const data = slotData(installId, PASSPHRASE_SLOT, written)
  return { installId, kdf: written, wrapped: await wrap(await bytesOf(master), key, data, random) }
}

/** Undefined for a wrong passphrase and for a slot that was altered alike. One that is too cheap to guess is not even tried. */
export async function openPassphraseSlot(passphrase: string, slot: PassphraseSlot): Promise<Master | undefined> {
  const kdf = readKdf(slot.kdf)
  if (!kdf || !isWhole(slot)) return undefined
  const key = await deriveKey(passphrase, kdf, slot.installId)
  const master = await unwrap(key, slot.wrapped, slotData(slot.installId, PASSPHRASE_SLOT, slot.kdf))
  return master && (await masterOf(master, slot.installId))
}

/** Puts the slot for `passphrase`, or without one the device's own, in place of whatever opened the profile. Throws what the browser threw. */
export async function changeSlot(
  connection: Connection,
  change: {
    readonly master: Master
    readonly passphrase: string | undefined
    readonly ticket: number
    readonly random: Random
  },
): Promise<void> {
  const { master, passphrase, ticket, random } = change
  const [place, old] = passphrase === undefined ? [DEVICE_SLOT, PASSPHRASE_SLOT] : [PASSPHRASE_SLOT, DEVICE_SLOT]
  const slot: SlotRow =
    passphrase === undefined
      ? await makeDeviceSlot(master, random)
      : await makePassphraseSlot(passphrase, master, random)
  await connection.use((db) =>
    transact(db, ['owner', 'slots'], 'strict', async (tx, requests) => {
      if (!(await passFence(tx, ticket))) throw new StorageError('fenced')
      const slots = tx.objectStore('slots')
      requests.push(slots.put(slot, place), slots.delete(old))
    }),
  )
}

/** Tries a passphrase, unless the last wrong one was too short a time ago. Throws what the browser threw. */
export async function unlockWith(
  connection: Connection,
  passphrase: string,
): Promise<{ readonly outcome: Unlocking; readonly master?: Master }> {
  const slot = await connection.use(readSlot)
  // Another tab took it away meanwhile: nothing is to be unlocked.
  if (!isPassphrase(slot)) return { outcome: RIGHT }
  const wait = waitOf(slot.failed)
  if (wait > 0) return { outcome: { ok: false, why: 'early', wait } }
  // Counted beforehand: a page that is closed meanwhile has tried as well.
  const failed = { count: countOf(slot.failed) + 1, at: Date.now() }
  await noteTry(connection, slot, failed)
  const master = await openPassphraseSlot(passphrase, slot)
  if (!master) return { outcome: { ok: false, why: 'wrong', wait: waitOf({ ...failed, at: Date.now() }) } }
  await noteTry(connection, slot, undefined)
  return { outcome: RIGHT, master }
}

/** In the row of `tried`, if it is still there. A disk that is full must not keep anybody out. */
async function noteTry(
  connection: Connection,
  tried: PassphraseSlot,
  failed: PassphraseSlot['failed'] | undefined,
): Promise<void> {
  const { failed: _before, ...slot } = tried
  const work = connection.use((db) =>
    transact(db, ['slots'], 'relaxed', async (tx, requests) => {
      const slots = tx.objectStore('slots')
      const present = await slots.get(PASSPHRASE_SLOT)
      if (!isPassphrase(present) || !sameSlot(present, tried)) return
      requests.push(slots.put(failed ? { ...slot, failed } : slot, PASSPHRASE_SLOT))
    }),
  )
  await work.catch(() => undefined)
}

const sameSlot = (a: PassphraseSlot, b: PassphraseSlot): boolean => String(a.wrapped) === String(b.wrapped)

/** What stands in the row may be anything. */
function countOf(failed: PassphraseSlot['failed']): number {
  const count = failed?.count ?? 0
  return Number.isInteger(count) && count >= 0 ? Math.min(count, 99) : 0
}

/** ms; never longer than after that many, whatever the clock has done. */
function waitOf(failed: PassphraseSlot['failed']): number {
  const count = countOf(failed)
  if (count === 0 || failed === undefined) return 0
  const whole = Math.min(FIRST_WAIT_MS * 2 ** (count - 1), LONGEST_WAIT_MS)
  const left = failed.at + whole - Date.now()
  return left > 0 ? Math.min(left, whole) : 0
}
