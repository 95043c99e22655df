/** What a person does about the lock of a profile. Fetched when it is first wanted. */
import { StorageError, type LockChange, type LockFacts, type Random, type Unlocking } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import { makeTable, renewed, tryPassphrase, underAnother, type Found } from './passphrase.ts'
import { DEVICE_SLOT, makeDeviceSlot, type Master } from './slots.ts'
import { putRows, readNote, readTable, replaceRows, SLOTS, TRIES, type Row, type Rows, type Table } from './table.ts'
import { leftOf, triesOf } from './tries.ts'

export type Holder = { readonly master: Master; readonly ticket: number; readonly random: Random }

const UNTRIED = { count: 0, at: 0, erase: false }

/** Opens the profile that this passphrase is for. Throws what the browser threw. */
export async function unlockWith(
  connection: Connection,
  passphrase: string,
  random: Random,
): Promise<{ readonly outcome: Unlocking; readonly master?: Master }> {
  const { outcome, found } = await tryPassphrase(connection, passphrase)
  return found ? { outcome, master: await arranged(connection, found, random) } : { outcome }
}

/** A table of the former form is written anew, where there is room; if not, it opens all the same. */
async function arranged(connection: Connection, found: Found, random: Random): Promise<Master> {
  if (found.master.roles) return found.master
  const table = await connection.use(readTable)
  const { master, slots } = await renewed(found, table.slots, random)
  const rows: Rows = new Map<number, Row>([...slots, [TRIES, { ...UNTRIED, erase: triesOf(table).erase }]])
  const kept = await replaceRows(connection, table.slots.get(found.number), found.number, rows).catch(() => false)
  return kept ? master : found.master
}

/** Does what was wished, in one transaction. Throws StorageError, and then all is as it was. */
export async function changeLock(connection: Connection, change: LockChange, holder: Holder): Promise<Master> {
  const table = await connection.use(readTable)
  const { master, rows } = await changed(table, change, holder)
  await putRows(connection, holder.ticket, rows)
  return master
}

async function changed(
  table: Table,
  change: LockChange,
  { master, random }: Holder,
): Promise<{ readonly master: Master; readonly rows: Rows }> {
  switch (change.to) {
    case 'passphrase': {
      if (master.roles) return { master, rows: await underAnother(change.passphrase, master, table.slots, random) }
      const made = await makeTable(change.passphrase, master, random)
      return {
        master: made.master,
        rows: new Map<number, Row>([[DEVICE_SLOT, undefined], ...made.slots, [TRIES, UNTRIED]]),
      }
    }
    case 'none': {
      const { roles: _gone, ...bare } = master
      const slot = await makeDeviceSlot(bare, random)
      const gone = [...SLOTS, TRIES].map((number) => [number, undefined] as const)
      return { master: bare, rows: new Map<number, Row>([[DEVICE_SLOT, slot], ...gone]) }
    }
    case 'erase-after-ten':
      if (!master.roles) throw new StorageError('unavailable')
      return { master, rows: new Map([[TRIES, { ...UNTRIED, erase: change.on }]]) }
  }
}

/** What the screen says of the lock; without `master`, what can be known while it is closed. */
export async function factsOf(connection: Connection, master: Master | undefined): Promise<LockFacts> {
  const table = await connection.use(readTable)
  const tries = triesOf(table)
  const note = master?.roles && (await readNote(master, table.slots.get(master.roles.passphrase)))
  return {
    eraseAfterTen: tries.erase,
    duress: note?.duress ?? false,
    passkey: note?.passkey ?? false,
    ...leftOf(tries),
  }
}
