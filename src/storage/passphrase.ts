/** What a passphrase opens: tried, set, changed. */
import { StorageError, type Random, type Unlocking } from '../chat/ports.ts'
import type { Bytes } from '../protocol/bytes.ts'
import type { Connection } from './connection.ts'
import { chooseKdf, deriveKey, readKdf, writeKdf, type Kdf } from './kdf.ts'
import type { SealedSlot } from './schema.ts'
import { isWhole, type Master } from './slots.ts'
import {
  blankSlot,
  drawRoles,
  NOTHING_TO_DO,
  openSealedSlot,
  ownSlot,
  readTable,
  sealSlot,
  SLOTS,
  type Content,
  type Rows,
  type Table,
} from './table.ts'
import { countTry, forgetTries, leftOf, uncountTry, wrongAfter } from './tries.ts'

const RIGHT: Unlocking = { ok: true }

/** A slot that opened, and with what. */
export type Found = Content & { readonly number: number; readonly key: CryptoKey }

export type MadeTable = { readonly master: Master; readonly slots: ReadonlyMap<number, SealedSlot> }

/** The slots of a profile that had none. `kdf`: as strong as this program makes them, unless told. */
export async function makeTable(
  passphrase: string,
  before: Master,
  random: Random,
  kdf: Kdf = chooseKdf(random),
): Promise<MadeTable> {
  const key = await deriveKey(passphrase, kdf, before.installId)
  return await tableUnder(key, before, writeKdf(kdf), random)
}

/** The same under a key that was derived so. */
export async function tableUnder(key: CryptoKey, before: Master, kdf: Bytes, random: Random): Promise<MadeTable> {
  const roles = drawRoles(random)
  const master: Master = { ...before, roles }
  const own = await sealSlot({ master, flags: NOTHING_TO_DO }, { key, number: roles.passphrase, kdf, random })
  const slots = SLOTS.map((number) => [number, number === roles.passphrase ? own : blankSlot(own, random)] as const)
  return { master, slots: new Map(slots) }
}

/**
 * Tries all slots. They have one salt, so it is derived once; where somebody changed that, once each. One that is too cheap to
 * guess is not even tried. Undefined for a wrong passphrase and for slots that were altered alike.
 */
export async function findSlot(passphrase: string, slots: Table['slots']): Promise<Found | undefined> {
  const keys = new Map<string, CryptoKey>()
  let found: Found | undefined
  for (const [number, slot] of slots) {
    const kdf = readKdf(slot.kdf)
    if (!kdf || !isWhole(slot)) continue
    const how = `${String(slot.kdf)} ${String(slot.installId)}`
    const key = keys.get(how) ?? (await deriveKey(passphrase, kdf, slot.installId))
    keys.set(how, key)
    const content = await openSealedSlot(key, number, slot)
    if (content) found ??= { ...content, number, key }
  }
  return found
}

/** Tries a passphrase, unless the last wrong one was too short a time ago. Throws what the browser threw. */
export async function tryPassphrase(
  connection: Connection,
  passphrase: string,
): Promise<{ readonly outcome: Unlocking; readonly found?: Found }> {
  const table = await connection.use(readTable)
  // Another tab took it away meanwhile: nothing is to be unlocked.
  if (table.slots.size === 0) return { outcome: RIGHT }
  const tried = await countTry(connection)
  if (tried.wait > 0) return { outcome: { ok: false, why: 'early', wait: tried.wait, ...leftOf(tried.before) } }
  let found: Found | undefined
  try {
    found = await findSlot(passphrase, table.slots)
  } catch (error) {
    // Nothing was tried: a device without memory for it must not count to ten.
    await uncountTry(connection, tried)
    throw error
  }
  if (!found) return { outcome: wrongAfter({ ...tried.after, at: Date.now() }) }
  await forgetTries(connection)
  return { outcome: RIGHT, found }
}

/** The former table (slot 1 alone) in today’s form, under the same passphrase. */
export async function renewed(
  { master, number, key }: Found,
  slots: Table['slots'],
  random: Random,
): Promise<MadeTable> {
  const kdf = slots.get(number)?.kdf
  if (!kdf) throw new RangeError('no such slot')
  return await tableUnder(key, master, kdf, random)
}

/** The profile’s own slot under another passphrase. Throws StorageError('known') if that one opens another slot. */
export async function underAnother(passphrase: string, table: Table, master: Master, random: Random): Promise<Rows> {
  const { own, roles } = ownSlot(table, master)
  const number = roles.passphrase
  const kdf = readKdf(own.kdf)
  if (!kdf) throw new StorageError('unavailable')
  const key = await deriveKey(passphrase, kdf, master.installId)
  for (const [other, slot] of table.slots)
    if (other !== number && (await openSealedSlot(key, other, slot))) throw new StorageError('known')
  const to = { key, number, kdf: own.kdf, random, note: own.note }
  return new Map([[number, await sealSlot({ master, flags: NOTHING_TO_DO }, to)]])
}
