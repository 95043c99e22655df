/** What a person does about the lock of a profile. Fetched when it is first wanted. */
import { deleteDB } from 'idb'
import { StorageError, type LockChange, type LockFacts, type Random, type Unlocking } from '../chat/ports.ts'
import { sealAnew, type Told } from './anew.ts'
import { besideDuress, leaveBlank, beforeFirst, otherPlace, type Databases } from './duress.ts'
import { makeTable, renewed, tryPassphrase, underAnother, type Found } from './passphrase.ts'
import { besidePasskey, knowsPasskeys, tryPasskey } from './passkey.ts'
import { DEVICE_SLOT, makeDeviceSlot, type Master } from './slots.ts'
import {
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
import { leftOf, triesOf } from './tries.ts'

export type Holder = { readonly master: Master; readonly ticket: number; readonly random: Random; readonly told?: Told }

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
  const twin = await databases[1].use((db) => db.get('owner', 'owner')).catch(() => undefined)
  // Somebody took it away.
  if (!twin && master.place === 0) await leaveBlank(databases, 1, random).catch(() => undefined)
  return master
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
  const other = otherPlace(holder.master.place)
  const table = await databases[0].use(readTable)
  const { master, rows } = await changed(table, change, holder)
  await putRows(databases[0], ticket, rows)
  // Nothing opens it any more.
  const isOver = change.to === 'duress' || change.to === 'no-duress' || change.to === 'none'
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
}

/** The first passphrase. See [Note: Sealed anew]. */
async function seal(
  databases: Databases,
  { passphrase }: { readonly passphrase: string },
  { master: before, ticket, random, told = () => undefined }: Holder,
): Promise<Changed> {
  const anew = await sealAnew(databases, { master: before, ticket, random }, told)
  const { master, slots } = await makeTable(passphrase, anew ?? before, random)
  const other = otherPlace(master.place)
  if (!anew) await leaveBlank(databases, other, random)
  const noted = await withNote({ slots, tries: UNTRIED }, master, random, { former: anew !== undefined })
  await putRows(
    databases[0],
    ticket,
    new Map<number, Row>([[DEVICE_SLOT, undefined], ...slots, ...noted, [TRIES, UNTRIED]]),
  )
  const settle = async (): Promise<void> => {
    await leaveBlank(databases, other, random)
    const table = await databases[0].use(readTable)
    await putRows(databases[0], ticket, await withNote(table, master, random, { former: false }))
  }
  if (!anew) return { master }
  const vault = await openVault(master, random)
  const shelf = makeShelf(databases[master.place], vault, random)
  await load(shelf, ticket)
  // What of it fails the next unlocking does.
  return { master, vault, shelf, settle: () => settle().catch(() => undefined) }
}

async function changed(
  table: Table,
  change: LockChange,
  { master, random }: Holder,
): Promise<{ readonly master: Master; readonly rows: Rows }> {
  switch (change.to) {
    case 'passphrase':
      return { master, rows: await underAnother(change.passphrase, table, master, random) }
    case 'none': {
      const { roles: _gone, ...bare } = master
      const slot = await makeDeviceSlot(bare, random)
      const gone = [...SLOTS, TRIES].map((number) => [number, undefined] as const)
      return { master: bare, rows: new Map<number, Row>([[DEVICE_SLOT, slot], ...gone]) }
    }
    case 'duress':
      return { master, rows: await besideDuress(table, { master, random }, change) }
    case 'no-duress':
      return { master, rows: await withSlot(table, master, random, 'other') }
    case 'passkey':
      return { master, rows: await besidePasskey(table, master, random) }
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
