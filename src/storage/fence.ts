/** The row owner{epoch, tickets}: who may write, decided on disk. See [Note: The newest ticket owns the profile]. */
import { Reader } from '../protocol/bytes.ts'
import { StorageError, type Random } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import type { OwnerRow, SlotRow, WriteTransaction } from './schema.ts'
import { transact } from './transaction.ts'
import { isFull } from './trouble.ts'
import { DEVICE_SLOT, makeSlot, pick, readSlot } from './slots.ts'

const NOBODY: OwnerRow = { epoch: 0, tickets: 0 }

export type Ticket = { readonly ticket: number; readonly slot: SlotRow }

/**
 * Draws the next ticket, and on the first visit creates the profile's slot. Two first visits at once end with one slot:
 * whoever comes second uses what is there. Rejects with what the browser threw.
 *
 * [Note: A ticket on a full disk]
 * When not even a ticket can be written, the profile can still be read. The claim goes on with a number that is not on
 * disk: above every one that is, below the next to be written, and random, so that no two are the same. The first
 * commit for which there is room writes it, if no newer one was drawn meanwhile.
 */
export async function drawTicket(connection: Connection, random: Random): Promise<Ticket> {
  const known = await connection.use(readSlot)
  // Made beforehand: a transaction would not wait for WebCrypto.
  const slot = known ?? (await makeSlot(random))
  try {
    return await draw(connection, slot, known === undefined)
  } catch (error) {
    if (known === undefined || !isFull(error)) throw error
    const owner = await connection.use((db) => db.get('owner', 'owner'))
    const between = new Reader(random(4)).u32() / 2 ** 32
    return { ticket: lastDrawn(owner) + 1 + between, slot }
  }
}

async function draw(connection: Connection, slot: SlotRow, isFresh: boolean): Promise<Ticket> {
  // A key that may not survive a power cut must not seal anything; a number may be drawn again.
  const durability = isFresh ? 'strict' : 'relaxed'
  return await connection.use((db) =>
    transact(db, ['owner', 'slots'], durability, async (tx, requests) => {
      const [owner, slots] = await Promise.all([tx.objectStore('owner').get('owner'), tx.objectStore('slots').getAll()])
      const present = pick(slots)
      const ticket = lastDrawn(owner) + 2
      requests.push(tx.objectStore('owner').put({ ...(owner ?? NOBODY), tickets: ticket }, 'owner'))
      if (present === undefined) requests.push(tx.objectStore('slots').put(slot, DEVICE_SLOT))
      return { ticket, slot: present ?? slot }
    }),
  )
}

function lastDrawn(owner: OwnerRow | undefined): number {
  return Math.floor((owner ?? NOBODY).tickets)
}

/** Whether no ticket was drawn after this one. */
export async function isNewestTicket(connection: Connection, ticket: number): Promise<boolean> {
  const owner = await connection.use((db) => db.get('owner', 'owner'))
  return owner !== undefined && owner.tickets <= ticket
}

/** Whether only a part of a backup is here: until it is whole, or gone, nobody may use it. */
export async function isRestoring(connection: Connection): Promise<boolean> {
  const owner = await connection.use((db) => db.get('owner', 'owner'))
  return owner?.restoring !== undefined
}

/** From now on only this ticket may write; every older one is fenced. False, and nothing changed, if there is a newer. */
export async function raiseFence(connection: Connection, ticket: number): Promise<boolean> {
  try {
    return await connection.use((db) => transact(db, ['owner'], 'relaxed', (tx) => passFence(tx, ticket)))
  } catch (error) {
    // The first commit raises it, see [Note: A ticket on a full disk].
    if (isFull(error)) return true
    throw error
  }
}

/** The same in the other database of a profile that has two: both are written at each claim, whichever has the rows. */
export async function followFence(connection: Connection, ticket: number): Promise<void> {
  const work = connection.use((db) =>
    transact(db, ['owner'], 'relaxed', async (tx) => {
      const store = tx.objectStore('owner')
      const owner = await store.get('owner')
      if (owner === undefined || owner.tickets < ticket)
        await store.put({ ...owner, epoch: ticket, tickets: ticket }, 'owner')
    }),
  )
  await work.catch((error: unknown) => {
    // The first commit raises it, see [Note: A ticket on a full disk].
    if (!isFull(error)) throw error
  })
}

/**
 * To be awaited first in every write transaction: whether this ticket may write. Raises the fence if it is not yet
 * raised to it and no newer ticket was drawn. A profile without the row was cleared: StorageError('cleared').
 */
export async function passFence(tx: WriteTransaction, ticket: number): Promise<boolean> {
  const store = tx.objectStore('owner')
  const owner = await store.get('owner')
  if (owner === undefined) throw new StorageError('cleared')
  if (owner.epoch === ticket) return true
  if (owner.tickets > ticket) return false
  await store.put({ ...owner, epoch: ticket, tickets: ticket }, 'owner')
  return true
}
