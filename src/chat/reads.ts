/** What is read from the disk on the way of an event: pages of a chat, the outbox, ids already known. */
import { toHex } from '../protocol/bytes.ts'
import { MAX_BUNDLE } from '../protocol/frame.ts'
import type { Frame } from '../protocol/session.ts'
import type { Incoming } from './conversation.ts'
import { MAX_SOUGHT_PAGES, MAX_WINDOW, PAGE, SEEK_AGAIN } from './limits.ts'
import { readOldest } from './retention.ts'
import type { Found, History } from './ports.ts'
import type { Spot } from './snapshot.ts'
import type { Live, State } from './state.ts'
import type { Event } from './step.ts'
import type { Effect } from './turn.ts'

/** A window of a chat: round a spot; else round the first unread message; if few are unread, the newest. */
export async function readWindow(
  history: History,
  state: State | undefined,
  contactId: string,
  spot?: Spot,
): Promise<Event> {
  const { unread = 0, readTo = 0 } = state?.contacts.get(contactId) ?? {}
  const limit = spot === 'end' ? PAGE : PAGE + unread
  if (spot === 'end' || (!spot && limit <= MAX_WINDOW)) {
    const rows = await history.page(contactId, Infinity, limit)
    return { type: 'window', contactId, rows, hasEarlier: rows.length === limit, hasLater: false }
  }
  const top = state?.tops.get(contactId) ?? 0
  const from = !spot ? readTo + 1 : 'seq' in spot ? spot.seq : await firstSince(history, contactId, top, spot.since)
  const [before, after] = await Promise.all([
    history.page(contactId, from, PAGE),
    history.following(contactId, from - 1, PAGE),
  ])
  const rows = [...before, ...after]
  const [hasEarlier, hasLater] = [before.length === PAGE, after.length === PAGE]
  return { type: 'window', contactId, rows, hasEarlier, hasLater, ...(spot ? { sought: from } : {}) }
}

/** The number of the first message since then, by halving: times mostly grow with the numbers. */
async function firstSince(history: History, contactId: string, top: number, since: number): Promise<number> {
  let [low, high] = [1, top + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = await history.page(contactId, middle + 1, 1)
    if (row && row.at >= since) high = row.seq
    else low = middle + 1
  }
  return low
}

/** One page beyond an end of the window. */
export async function readMore(
  history: History,
  state: State | undefined,
  end: 'earlier' | 'later',
): Promise<Event | undefined> {
  const open = state?.open
  const [first, last] = [open?.rows[0]?.seq, open?.rows.at(-1)?.seq]
  if (!open || first === undefined || last === undefined) return undefined
  if (!(end === 'earlier' ? open.hasEarlier : open.hasLater)) return undefined
  const rows =
    end === 'earlier' ? await history.page(open.id, first, PAGE) : await history.following(open.id, last, PAGE)
  return { type: end, contactId: open.id, rows, more: rows.length === PAGE }
}

/** What an effect wants to know of the disk. */
export function readFor(
  history: History,
  effect: Extract<Effect, { do: 'flush' | 'newest' | 'oldest' | 'recall' }>,
): Promise<Event> {
  switch (effect.do) {
    case 'flush':
      return readOutbox(history, effect)
    case 'newest':
      return readNewest(history, effect.contactId)
    case 'oldest':
      return readOldest(history, effect)
    case 'recall':
      return readRecalled(history, effect)
  }
}

async function readNewest(history: History, contactId: string): Promise<Event> {
  const [row] = await history.page(contactId, Infinity, 1)
  return { type: 'newest', contactId, row }
}

async function readOutbox(history: History, flush: Extract<Effect, { do: 'flush' }>): Promise<Event> {
  const { contactId, line, after } = flush
  // A bundle's worth: more is asked for as long as it may be handed, and of long texts few may.
  const rows = await history.outbox(contactId, after, MAX_BUNDLE + 1)
  return { type: 'outbox', contactId, line, rows: rows.slice(0, MAX_BUNDLE), more: rows.length > MAX_BUNDLE }
}

/** The row that was read last; where it was taken away, the one of theirs before it. */
async function readRecalled(history: History, recall: Extract<Effect, { do: 'recall' }>): Promise<Event> {
  const { contactId, line, seq } = recall
  const rows = await history.page(contactId, seq + 1, PAGE)
  return { type: 'recalled', contactId, line, seq, row: rows.filter(({ mine }) => !mine).at(-1) }
}

/**
 * Frames with the row on disk that they are about, and whether it was far to seek. `live`: the session they came in, if it is
 * confirmed; where it is `pastKnown`, messages among them are new.
 */
export async function withKnown(
  history: History,
  state: State,
  contactId: string,
  { frames, live, now }: { readonly frames: readonly Frame[]; readonly live: Live | undefined; readonly now: number },
): Promise<{ readonly frames: readonly Incoming[]; readonly sought: boolean }> {
  const ids = frames.flatMap((frame) => (frame.type === 'message' && !live?.pastKnown ? toHex(frame.id) : []))
  const rows = ids.length > 0 ? await history.find(contactId, ids) : []
  const known = new Map<string, Found>(ids.map((id, i) => [id, rows[i]]))
  // The last one stands for all before it.
  const last = state.profile.readReceipts ? frames.filter(isReadReceipt).at(-1) : undefined
  const id = last && toHex(last.ids.at(-1)!)
  const near = id === undefined ? undefined : await nearby(history, contactId, id)
  const sought = id !== undefined && !near && Math.abs(now - (live?.soughtAt ?? 0)) >= SEEK_AGAIN
  const named =
    near ?? (sought ? await farBack(history, contactId, id, state.contacts.get(contactId)?.theyRead) : undefined)
  const incoming = frames.map((frame) => {
    const found = frame === last ? named : frame.type === 'message' ? known.get(toHex(frame.id)) : undefined
    return found && 'gone' in found ? { frame, ...found } : { frame, row: found }
  })
  return { frames: incoming, sought }
}

function isReadReceipt(frame: Frame): frame is ReadReceipt {
  return frame.type === 'receipt' && frame.what === 'read' && frame.ids.length > 0
}

type ReadReceipt = Extract<Frame, { type: 'receipt' }>

/** An own message among the newest of a chat, or one that was taken away. */
async function nearby(history: History, contactId: string, id: string): Promise<Found> {
  const rows = await history.page(contactId, Infinity, PAGE)
  const row = rows.find((one) => one.mine && one.id === id)
  if (row) return row
  const [found] = await history.find(contactId, [id])
  return found && 'gone' in found ? found : undefined
}

/** One among those before what still waits to be sent, and behind the last that was read. */
async function farBack(history: History, contactId: string, id: string, after = 0): Promise<Found> {
  const [queued] = await history.outbox(contactId, 0, 1)
  let before = queued?.seq ?? Infinity
  for (let left = MAX_SOUGHT_PAGES; before > after + 1 && left > 0; left--) {
    const rows = await history.page(contactId, before, PAGE)
    const row = rows.find((one) => one.mine && one.id === id)
    if (row) return row
    before = rows[0]?.seq ?? 0
  }
  return undefined
}
