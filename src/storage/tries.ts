/** Wrong passphrases: counted before they are tried, each dearer than the one before, and after ten, if wanted, the last. */
import type { Unlocking } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import type { TriesRow } from './schema.ts'
import { isSealed } from './slots.ts'
import { SLOTS, TRIES, type Table } from './table.ts'
import { transact } from './transaction.ts'

/** What a wrong passphrase costs, doubled for each further one. Somebody with the disk can set it back: it keeps out who has the page only. */
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 300_000
const MOST_TRIES = 10
/** From here on it is said how many are left. */
const TELL_FROM = 5

/** What stands in the rows may be anything. */
export function triesOf({ slots, tries }: Table): TriesRow {
  const { count, at }: { readonly count: unknown; readonly at: unknown } = tries ??
    slots.get(SLOTS[0])?.failed ?? { count: 0, at: 0 }
  return {
    count: typeof count === 'number' && Number.isInteger(count) && count >= 0 ? Math.min(count, 99) : 0,
    at: typeof at === 'number' ? at : 0,
    erase: tries?.erase === true,
  }
}

/** ms; never longer than after that many, whatever the clock has done. */
export function waitOf({ count, at }: TriesRow): number {
  if (count === 0) return 0
  const whole = Math.min(FIRST_WAIT_MS * 2 ** (count - 1), LONGEST_WAIT_MS)
  const left = at + whole - Date.now()
  return left > 0 ? Math.min(left, whole) : 0
}

/** How many are left, where that is to be said. */
export function leftOf({ count, erase }: TriesRow): { readonly left?: number } {
  return erase && count >= TELL_FROM ? { left: Math.max(MOST_TRIES - count, 1) } : {}
}

/** What comes of a wrong passphrase that was counted. */
export function wrongAfter(tries: TriesRow): Unlocking {
  if (tries.erase && tries.count >= MOST_TRIES) return { ok: false, why: 'spent', wait: 0 }
  return { ok: false, why: 'wrong', wait: waitOf(tries), ...leftOf(tries) }
}

/** Unless the table is gone meanwhile. A disk that is full must not keep anybody out. */
export async function noteTries(connection: Connection, tries: TriesRow): Promise<void> {
  const work = connection.use((db) =>
    transact(db, ['slots'], 'relaxed', async (tx, requests) => {
      const slots = tx.objectStore('slots')
      if ((await slots.getAll()).some(isSealed)) requests.push(slots.put(tries, TRIES))
    }),
  )
  await work.catch(() => undefined)
}
