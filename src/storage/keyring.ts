/** What a person does about the lock of a profile. Fetched when it is first wanted. */
import { deleteDB } from 'idb'
import {
  StorageError,
  type LockChange,
  type LockFacts,
  type LockSaid,
  type Random,
  type Unlocking,
} from '../chat/ports.ts'
import { sealAnew, type Told } from './anew.ts'
import { besideDuress, leaveBlank, beforeFirst, emptied, isBare, otherPlace, type Databases } from './duress.ts'
import { renewed, tableUnder, tryPassphrase, underAnother, type Found } from './passphrase.ts'
import { besidePasskey, knowsPasskeys, tryPasskey } from './passkey.ts'
import { chooseKdf, deriveKey, writeKdf } from './kdf.ts'
import { DEVICE_SLOT, makeDeviceSlot, type Master, type Place } from './slots.ts'
import {
  blankSlot,
  ownSlot,
  putRows,
  readNote,
  readTable,
  replaceRows,
  SLOTS,
  TRIES,
  withNote,
  withSlot,
  type Row,
  type Rows,
  type Table,
} from './table.ts'
import { load } from './load.ts'
import { makeShelf, type Shelf } from './shelf.ts'
import { openVault, type Vault } from './vault.ts'
import { countTry, leftOf, triesOf, uncountTry } from './tries.ts'

export { makePasskey } from './passkey.ts'

export type Holder = {
  readonly master: Master
  readonly ticket: number
  readonly random: Random
  readonly told?: Told
  /** Of a passkey that was just made. */
  readonly passkey?: CryptoKey | undefined
}

type Duress = Extract<LockChange, { readonly to: 'duress' }>

const UNTRIED = { count: 0, at: 0, erase: false }

/** Opens the profile that this passphrase is for, or without one a passkey. Throws what the browser threw. */
export async function unlockWith(
  databases: Databases,
  passphrase: string | undefined,
  random: Random,
): Promise<{ readonly outcome: Unlocking; readonly master?: Master }> {
  const [main] = databases
  const { outcome, found } = await (passphrase === undefined
    ? tryPasskey(main, random)
    : tryPassphrase(main, passphrase))
  return found ? { outcome, master: await arranged(databases, found, random) } : { outcome }
}

/** What is to be done before it is opened, as far as there is room for it: nobody is kept out for that. */
async function arranged(databases: Databases, found: Found, random: Random): Promise<Master> {
  const table = await databases[0].use(readTable)
  const { master, flags } = found
  if (!master.roles) return await inNewForm(databases, table, found, random).catch(() => master)
  if (flags.fresh || flags.erases) await beforeFirst(databases, table, found, random).catch(() => undefined)
  await withoutFormer(databases, table, master, random).catch(() => undefined)
  await withAllSlots(databases, table, master, random).catch(() => undefined)
  if (master.place === 0) await withTwin(databases, random).catch(() => undefined)
  return master
}

/** Somebody took it away. Only what was read and has nothing in it counts: the other profile may lie there. */
async function withTwin(databases: Databases, random: Random): Promise<void> {
  if (await databases[1].use(isBare)) await leaveBlank(databases, 1, random)
}

/** A table of before has a slot fewer: one that is missing would tell whether anything was changed since. */
async function withAllSlots(databases: Databases, table: Table, master: Master, random: Random): Promise<void> {
  const { own, roles } = ownSlot(table, master)
  const lacking = SLOTS.filter((number) => !table.slots.has(number))
  if (lacking.length === 0) return
  const blank = new Map(lacking.map((number) => [number, blankSlot(own, random)] as const))
  await replaceRows(databases[0], own, roles.passphrase, blank)
}

/** The rows of before were sealed anew, and something came between. */
async function withoutFormer(databases: Databases, table: Table, master: Master, random: Random): Promise<void> {
  const { own, roles } = ownSlot(table, master)
  if (!(await readNote(master, own)).former) return
  await leaveBlank(databases, otherPlace(master.place), random)
  await replaceRows(databases[0], own, roles.passphrase, await withNote(table, master, random, { former: false }))
}

/** A table of the former form is written anew. */
async function inNewForm(databases: Databases, table: Table, found: Found, random: Random): Promise<Master> {
  const { master, slots } = await renewed(found, table.slots, random)
  const rows: Rows = new Map<number, Row>([...slots, [TRIES, { ...UNTRIED, erase: triesOf(table).erase }]])
  await leaveBlank(databases, otherPlace(master.place), random)
  const kept = await replaceRows(databases[0], table.slots.get(found.number), found.number, rows)
  return kept ? master : found.master
}

/** Does what was wished, in one transaction. Throws StorageError, and then all is as it was. */
export async function changeLock(
  databases: Databases,
  name: string,
  change: LockChange,
  holder: Holder,
): Promise<Changed> {
  const { ticket, random } = holder
  if (change.to === 'passphrase' && !holder.master.roles) return await seal(databases, change, holder)
  if (change.to === 'passphrase') return await another(databases, change, holder)
  if (change.to === 'duress') return await duress(databases, change, holder)
  const other = otherPlace(holder.master.place)
  const table = await databases[0].use(readTable)
  const { master, rows } = await changed(table, change, holder)
  await putRows(databases[0], ticket, rows)
  // Nothing opens it any more.
  const isOver = change.to === 'no-duress' || change.to === 'none'
  if (isOver) await leaveBlank(databases, other, random).catch(() => undefined)
  // A tab that is asleep can keep it open.
  if (change.to === 'none' && other === 1) void deleteDB(`${name}-2`).catch(() => undefined)
  return { master }
}

/** With the rows elsewhere, what opens them there; `settle` is to be called once nobody reads from where they were before. */
export type Changed = {
  readonly master: Master
  readonly vault?: Vault
  readonly shelf?: Shelf
  readonly settle?: () => Promise<void>
  readonly said?: LockSaid
}

/** The first passphrase. See [Note: Sealed anew]. */
async function seal(
  databases: Databases,
  { passphrase }: { readonly passphrase: string },
  holder: Holder,
): Promise<Changed> {
  const { master: before, ticket, random } = holder
  // What most likely fails comes first, and what cannot be taken back last.
  const kdf = chooseKdf(random)
  const key = await deriveKey(passphrase, kdf, before.installId)
  const other = otherPlace(before.place)
  const put = async (moved: Moved | undefined): Promise<Master> => {
    const { master, slots } = await tableUnder(key, moved?.master ?? before, writeKdf(kdf), random)
    const noted = await withNote({ slots, tries: UNTRIED }, master, random, { former: moved !== undefined })
    const rows = new Map<number, Row>([[DEVICE_SLOT, undefined], ...slots, ...noted, [TRIES, UNTRIED]])
    await putRows(databases[0], ticket, rows)
    return master
  }
  try {
    const moved = await move(databases, holder)
    if (!moved) await leaveBlank(databases, other, random)
    const master = await put(moved)
    if (!moved) return { master, said: 'older' }
    const { vault, shelf } = moved
    // What of it fails the next unlocking does.
    const settle = () => withoutRows(databases, before.place, { ...holder, master }).catch(() => undefined)
    return { master, vault, shelf, settle }
  } catch (error) {
    await withoutCopy(databases, other, ticket).catch(() => undefined)
    throw error
  }
}

/** Another passphrase. The answer says whether it opens the other profile. */
async function another(
  databases: Databases,
  { passphrase }: { readonly passphrase: string },
  holder: Holder,
): Promise<Changed> {
  const { master, random } = holder
  return await guessed(databases, holder, (table) => underAnother(passphrase, table, master, random))
}

/** A passphrase for the other profile. The answer says whether it opens this one. */
async function duress(databases: Databases, change: Duress, holder: Holder): Promise<Changed> {
  const { master, random } = holder
  const kept = await guessed(databases, holder, (table) => besideDuress(table, { master, random }, change))
  // Nothing opens it any more.
  if (!kept.said) await leaveBlank(databases, otherPlace(master.place), random).catch(() => undefined)
  return kept
}

/**
 * A passphrase that may be in use already: whether it is can be told from what comes of it, so each is counted like one on the
 * lock screen. After one that was kept, the next need not wait: whoever sets a passphrase tries it.
 */
async function guessed(
  databases: Databases,
  { master, ticket }: Holder,
  rowsFor: (table: Table) => Promise<Rows>,
): Promise<Changed> {
  const tried = await countTry(databases[0])
  if (tried.wait > 0) return { master, said: { wait: tried.wait } }
  try {
    const rows = await rowsFor(await databases[0].use(readTable))
    const at = tried.before.count === 0 ? 0 : Date.now()
    await putRows(databases[0], ticket, new Map<number, Row>([...rows, [TRIES, { ...tried.after, at }]]))
    return { master }
  } catch (error) {
    if (!(error instanceof StorageError && error.trouble === 'known')) await uncountTry(databases[0], tried)
    throw error
  }
}

type Moved = { readonly master: Master; readonly vault: Vault; readonly shelf: Shelf }

/** All rows in the other place, and that read: nothing is to be found out when only they count. */
async function move(
  databases: Databases,
  { master: before, ticket, random, told = () => undefined }: Holder,
): Promise<Moved | undefined> {
  const master = await sealAnew(databases, { master: before, ticket, random }, told)
  if (!master) return undefined
  const vault = await openVault(master, random)
  const shelf = makeShelf(databases[master.place], vault, random)
  await load(shelf, ticket)
  return { master, vault, shelf }
}

/** The rows of before go, and the note of them. */
async function withoutRows(databases: Databases, place: Place, { master, ticket, random }: Holder): Promise<void> {
  await leaveBlank(databases, place, random, ticket)
  const table = await databases[0].use(readTable)
  await putRows(databases[0], ticket, await withNote(table, master, random, { former: false }))
}

/** Nothing stays of what was not needed, unless the slot says that it is. */
async function withoutCopy(databases: Databases, place: Place, ticket: number): Promise<void> {
  const { slots } = await databases[0].use(readTable)
  if (slots.size === 0) await emptied(databases, place, { ticket })
}

async function changed(
  table: Table,
  change: Exclude<LockChange, { readonly to: 'passphrase' | 'duress' }>,
  { master, random, passkey }: Holder,
): Promise<{ readonly master: Master; readonly rows: Rows }> {
  switch (change.to) {
    case 'none': {
      const { roles: _gone, ...bare } = master
      const slot = await makeDeviceSlot(bare, random)
      const gone = [...SLOTS, TRIES].map((number) => [number, undefined] as const)
      return { master: bare, rows: new Map<number, Row>([[DEVICE_SLOT, slot], ...gone]) }
    }
    case 'no-duress':
      return { master, rows: await withSlot(table, master, random, 'other') }
    case 'passkey':
      if (!passkey) throw new StorageError('unavailable')
      return { master, rows: await besidePasskey(table, master, random, passkey) }
    case 'no-passkey':
      return { master, rows: await withSlot(table, master, random, 'passkey') }
    case 'erase-after-ten':
      if (!master.roles) throw new StorageError('unavailable')
      return { master, rows: new Map([[TRIES, { ...UNTRIED, erase: change.on }]]) }
  }
}

/** What the screen says of the lock; without `master`, what can be known while it is closed. */
export async function factsOf(databases: Databases, master: Master | undefined): Promise<LockFacts> {
  const table = await databases[0].use(readTable)
  const tries = triesOf(table)
  const note = master?.roles && (await readNote(master, table.slots.get(master.roles.passphrase)))
  return {
    eraseAfterTen: tries.erase,
    duress: note?.duress ?? false,
    passkey: note?.passkey ?? false,
    passkeys: await knowsPasskeys(),
    ...leftOf(tries),
  }
}
