/** The row owner{epoch, tickets}: who may write, decided on disk. See [Note: The newest ticket owns the profile]. */
import type { Random } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import type { OwnerRow, SlotRow } from './schema.ts'
import { finished } from './trouble.ts'
import { makeSlot } from './vault.ts'

const DEVICE_SLOT = 0
const NOBODY: OwnerRow = { epoch: 0, tickets: 0 }

export type Ticket = { readonly ticket: number; readonly slot: SlotRow }

/**
 * Draws the next ticket, and on the first visit creates the profile's slot. Two first visits at once end with one slot:
 * whoever comes second uses what is there. Rejects with what the browser threw.
 */
export async function drawTicket(connection: Connection, random: Random): Promise<Ticket> {
  const known = await connection.use((db) => db.get('slots', DEVICE_SLOT))
  // Made beforehand: a transaction would not wait for WebCrypto.
  const fresh = known ?? (await makeSlot(random))
  return await connection.use(async (db) => {
    // A key that may not survive a power cut must not seal anything; a number may be drawn again.
    const tx = db.transaction(['owner', 'slots'], 'readwrite', { durability: known ? 'relaxed' : 'strict' })
    const [owner, present] = await Promise.all([
      tx.objectStore('owner').get('owner'),
      tx.objectStore('slots').get(DEVICE_SLOT),
    ])
    const { epoch, tickets } = owner ?? NOBODY
    const ticket = tickets + 1
    const puts: Promise<unknown>[] = [tx.objectStore('owner').put({ epoch, tickets: ticket }, 'owner')]
    if (present === undefined) puts.push(tx.objectStore('slots').put(fresh, DEVICE_SLOT))
    await finished(puts, tx.done)
    return { ticket, slot: present ?? fresh }
  })
}

/** Whether no ticket was drawn after this one. */
export async function isNewestTicket(connection: Connection, ticket: number): Promise<boolean> {
  const owner = await connection.use((db) => db.get('owner', 'owner'))
  return owner?.tickets === ticket
}

/** From now on only this ticket may write; every older one is fenced. False, and nothing changed, if there is a newer. */
export async function raiseFence(connection: Connection, ticket: number): Promise<boolean> {
  return await connection.use(async (db) => {
    const tx = db.transaction('owner', 'readwrite')
    const owner = await tx.store.get('owner')
    const isNewest = owner?.tickets === ticket
    if (isNewest) await tx.store.put({ epoch: ticket, tickets: ticket }, 'owner')
    await tx.done
    return isNewest
  })
}
