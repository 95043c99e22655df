/** Wrong passphrases: counted before they are tried, each dearer than the one before, and after ten, if wanted, the last. */
import type { Unlocking } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import type { TriesRow } from './schema.ts'
import { readTable, SLOTS, tableIn, TRIES, type Table } from './table.ts'
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

/** What stood there, and what does now. */
type Change = { readonly before: TriesRow; readonly after: TriesRow }

/** Read and written in one transaction: tabs that try at once count one after another. Not where the table is gone meanwhile. */
export async function changeTries(connection: Connection, change: (before: TriesRow) => TriesRow): Promise<Change> {
  const known = await connection.use(readTable)
  const changed = ({ slots, tries }: Table): Change => {
    const before = triesOf({ slots, tries })
    return { before, after: change(before) }
  }
  const work = connection.use((db) =>
    transact(db, ['slots'], 'relaxed', async (tx, requests) => {
      const store = tx.objectStore('slots')
      const table = await tableIn(store)
      const { before, after } = changed(table)
      if (after !== before && table.slots.size > 0) requests.push(store.put(after, TRIES))
      return { before, after }
    }),
  )
  // A disk that is full must not keep anybody out.
  return await work.catch(() => changed(known))
}

/** One more, counted before it is tried: a page that is closed meanwhile has tried as well. `wait`: it is too early, and was not counted. */
export async function countTry(connection: Connection): Promise<Change & { readonly wait: number }> {
  let wait = 0
  const change = await changeTries(connection, (now) => {
    wait = waitOf(now)
    return wait > 0 ? now : { ...now, count: now.count + 1, at: Date.now() }
  })
  return { ...change, wait }
}

/** As though it had not been tried; not where another was meanwhile. */
export async function uncountTry(connection: Connection, { before, after }: Change): Promise<void> {
  await changeTries(connection, (now) =>
    now.count === after.count && now.at === after.at ? { ...now, count: before.count, at: before.at } : now,
  )
}

/** The right one was given. */
export async function forgetTries(connection: Connection): Promise<void> {
  await changeTries(connection, (now) => ({ ...now, count: 0, at: 0 }))
}
