/** Whether a chat's pages are those that were left there: all of them are read, a stretch at a time, and none is opened. */
import { EMPTY_SUM, type Sum } from './ledger.ts'
import { zip } from './open.ts'
import { pagePlace } from './page.ts'
import { fromOf, type Chat, type RawPage, type Shelf } from './shelf.ts'

/** About half a megabyte. */
const STRETCH = 32
/** A chat of more pages is only counted: to read so many each time would cost more than it tells. */
const MOST_PAGES = 1024
/** Somebody who keeps writing while we read would never let it end. */
const TRIES = 3

/** False: some are missing, put back to what they were, or none of ours. From then on what is there is what ought to be. */
export async function verify(shelf: Shelf, chat: Chat): Promise<boolean> {
  const { ledger } = shelf
  if ((ledger.count(chat.contactId) ?? 0) > MOST_PAGES) return true
  for (let tries = 0; tries < TRIES; tries++) {
    const turns = ledger.turns(chat.contactId)
    const sum = await recount(shelf, chat)
    if (turns !== ledger.turns(chat.contactId)) continue
    if (ledger.fits(chat.contactId, sum)) return true
    ledger.take(chat.contactId, sum)
    return false
  }
  return true
}

/** The sum of what is there. */
export async function recount({ connection, ledger }: Shelf, { key }: Chat): Promise<Sum> {
  let sum = EMPTY_SUM
  for (let range = IDBKeyRange.bound([key], [key, []]); ;) {
    const stretch = range
    const [keys, values] = await connection.use((db) =>
      Promise.all([db.getAllKeys('pages', stretch, STRETCH), db.getAll('pages', stretch, STRETCH)]),
    )
    const last = keys.at(-1)
    if (last === undefined) return sum
    sum = await ledger.sum(
      zip(keys, values).map((raw) => placed(key, raw)),
      sum,
    )
    range = IDBKeyRange.bound(last, [key, []], true)
  }
}

function placed(chat: Chat['key'], { key, value }: RawPage): { place: Uint8Array<ArrayBuffer>; box: unknown } {
  return { place: pagePlace(chat, fromOf(key) ?? 0), box: value }
}

/** Every chat, as long as the profile is `held`. Says what it reads to nobody. */
export async function verifyAll(shelf: Shelf, held: () => boolean): Promise<boolean> {
  let fits = true
  for (const chat of await shelf.chats()) {
    if (!held()) break
    fits = (await verify(shelf, chat)) && fits
  }
  return fits
}
