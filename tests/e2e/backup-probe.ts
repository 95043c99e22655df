/** Runs in the page: a profile of some size, out of one database and into another. Everything it returns can cross the border of the page. */
import { StorageError, type Outcome, type Refused, type Write } from '../../src/chat/ports.ts'
import { makeHistory } from '../../src/storage/history.ts'
import { contact, join, messageId, openInvite, plain, profile } from './storage-fixtures.ts'

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

export const PASSPHRASE = 'orchard velvet nine lantern'
const FROM = 'sotto-test-from'
const TO = 'sotto-test-to'

export const from = makeHistory({ databaseName: FROM, random })
export const to = makeHistory({ databaseName: TO, random })

type Side = typeof from

const claimed = (side: Side) => side.claim(() => undefined)

/** What it came to, as the ports name it. */
export async function endOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'done'
  } catch (error) {
    if (error instanceof StorageError) return error.trouble
    throw error
  }
}

const CHATS = 3

const textOf = (n: number) => ({ kind: 'text', text: `Needle ${n}, with as many words as people say at once` }) as const

export const said = (messages: number): Write[] =>
  Array.from({ length: messages }, (_, n): Write => {
    const [chat, mine] = [n % CHATS, n % 2 === 0]
    // The last of each chat waits.
    const state = n >= messages - 2 * CHATS ? 'queued' : 'delivered'
    const row = { contactId: contact(chat).id, seq: 2 * Math.floor(n / CHATS) + 1, id: messageId(n), at: n + 1 }
    return { op: 'message', message: { ...row, mine, body: textOf(n), ...(mine && { state }) } }
  })

export async function fill(messages: number): Promise<void> {
  await claimed(from)
  const people = Array.from({ length: CHATS }, (_, n): Write => ({ op: 'contact', contact: contact(n) }))
  const unfinished: Write = { op: 'contact', contact: { ...contact(50), confirmed: false } }
  const blocked: Write = { op: 'block', key: contact(60).key }
  const links: Write[] = [
    { op: 'invite', invite: openInvite },
    { op: 'join', join },
  ]
  await from.commit([{ op: 'profile', profile }, ...people, unfinished, blocked, ...links])
  const all = said(messages)
  for (let at = 0; at < all.length; at += 1000) await from.commit(all.slice(at, at + 1000))
}

/** Leaves the first chat alone, and adds so many pages of one message to it, and one in which nothing is left. */
export async function spread(pages: number): Promise<void> {
  const [{ id: contactId }, ...others] = [contact(0), contact(1), contact(2)]
  await from.commit(others.map(({ id }) => ({ op: 'contact-gone', id })))
  const { tops } = await claimed(from)
  const first = Math.ceil((tops.get(contactId) ?? 0) / 64)
  const seqs = Array.from({ length: pages + 1 }, (_, n) => 64 * (first + n) + 1)
  const said = seqs.map((seq) => ({
    contactId,
    seq,
    id: messageId(10_000 + seq),
    at: 1,
    mine: false,
    body: textOf(seq),
  }))
  await from.commit(said.map((message): Write => ({ op: 'message', message })))
  await from.commit([{ op: 'message-gone', contactId, seq: seqs.at(-1)! }])
}

/** One that disappears, at the end of a chat in which that was agreed. */
export async function disappear(): Promise<void> {
  const timer = { n: 1, seconds: 60, from: 90_000 }
  const body = { ...textOf(0), expireAfter: 60 }
  const row = { contactId: contact(0).id, seq: 90_000, id: messageId(90_000), at: 1, mine: true, body }
  await from.commit([
    { op: 'contact', contact: { ...contact(0), timer } },
    { op: 'message', message: { ...row, state: 'queued' } },
  ])
}

export const parts: Uint8Array<ArrayBuffer>[] = []

const aside: Uint8Array<ArrayBuffer>[] = []

/** Another may be written, and this one be the last again. */
export const putAside = (): unknown => aside.splice(0, aside.length, ...parts)
export const takeBack = (): unknown => parts.splice(0, parts.length, ...aside)

export const never = (): AbortSignal => new AbortController().signal

export async function write(on: (done: number) => void = () => undefined, signal = never()): Promise<Outcome> {
  parts.splice(0)
  const sink = (part: Uint8Array<ArrayBuffer>): Promise<void> => Promise.resolve(void parts.push(part))
  return await (await from.moving()).exportTo(sink, PASSPHRASE, { progress: on, signal })
}

type Restored = { readonly end: Outcome | Refused; readonly steps: readonly number[] }

/** With what was written last; stops once so many messages are there. `steps`: how far it was told to be. */
export async function restore(side: Side = to, stopAt = Infinity): Promise<Restored> {
  const steps: number[] = []
  const stopper = new AbortController()
  const progress = (done: number, _of: number, stage?: string): void => {
    if (stage === 'restoring') steps.push(done)
    if (stage === 'restoring' && done >= stopAt) stopper.abort()
  }
  const moving = await side.moving()
  const opened = await moving.openBackup(new Blob(parts), PASSPHRASE, { progress, signal: never() })
  const end = opened.ok ? await moving.restore(opened.backup, { progress, signal: stopper.signal }) : opened
  return { end, steps }
}

export const drop = async (): Promise<Outcome> => await (await to.moving()).dropRestored()

/** All that a claim finds, and every message. */
export async function all(side: Side): Promise<unknown> {
  const { contacts, last: _last, tops, ...rest } = await claimed(side)
  const people = [...contacts].sort((a, b) => a.id.localeCompare(b.id))
  const rows = await Promise.all(people.map(({ id }) => side.page(id, Infinity, 100_000)))
  const waiting = await Promise.all(people.map(({ id }) => side.outbox(id, 0, 1000)))
  const fits = await side.check()
  return plain({ ...rest, fits, contacts: people, rows, waiting, tops: [...tops].sort() })
}

export const claim = (side: Side): Promise<string> => endOf(() => claimed(side))

/** How many entries each store of the second database has. */
export async function counts(): Promise<Record<string, number>> {
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve) => (request.onsuccess = () => resolve(request.result)))
  const db = await settled(indexedDB.open(TO))
  const found: Record<string, number> = {}
  for (const store of db.objectStoreNames)
    found[store] = await settled(db.transaction(store).objectStore(store).count())
  db.close()
  return found
}
