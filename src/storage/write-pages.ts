/** From messages to pages: whatever a commit does to a page, it is sealed and put once. */
import type { MessageRow, Write } from '../chat/ports.ts'
import { hasRoom, pageCodec, pagePlace, withEntry, withoutEntry, type Page } from './page.ts'
import { idRow, putIds, type IdRow } from './ids.ts'
import { isSeq } from './open.ts'
import { chatCodec, idOf, isMine, isQueued, messageCodec, type ChatRow } from './rows.ts'
import { pageKeyOf, wholeChat, type Chat, type Shelf } from './shelf.ts'
import type { Prepared } from './write.ts'

export type PageWrite = Extract<Write, { op: 'message' | 'message-state' | 'message-gone' | 'chat-cleared' }>

export function isOfPages(write: Write): write is PageWrite {
  return write.op.startsWith('message') || write.op === 'chat-cleared'
}

/** Pages of one commit, sealed. */
export type Staged = {
  readonly prepared: readonly Prepared[]
  /** All of it is on disk. Says which pages are not what they were, or chats (without a number). */
  settle(): readonly (readonly [contactId: string, from?: number])[]
}

/** A page as the commit leaves it, beside how it lay before. */
type Touched = { readonly before: Page | undefined; readonly after: Page }

/** One chat in one commit. `made`: its secret, if it had none; `cleared`: or had another; `begun`: pages that are new. */
export type Stage = {
  readonly chat: Chat
  readonly made?: ChatRow
  readonly cleared?: boolean
  readonly touched: Map<number, Touched>
  readonly begun: number[]
}

const SECRET_BYTES = 32

/** `removed`: contacts that go in the same commit, and what is said to them with it. */
export async function stage(shelf: Shelf, writes: readonly PageWrite[], removed: ReadonlySet<string>): Promise<Staged> {
  const stages = new Map<string, Stage>()
  const ids: Promise<IdRow>[] = []
  for (const write of writes) {
    const contactId = 'message' in write ? write.message.contactId : write.contactId
    if (removed.has(contactId)) continue
    if (write.op === 'chat-cleared') {
      stages.set(contactId, await beginAnew(shelf, contactId, write.top))
      continue
    }
    const at = stages.get(contactId) ?? (await begin(shelf, contactId))
    stages.set(contactId, at)
    if (write.op === 'message-gone') {
      const id = await remove(shelf, at, write.seq)
      if (id) ids.push(idRow(shelf.vault, at.chat.key, { contactId, id, seq: write.seq }, false))
    } else await put(shelf, at, write.message, write.op === 'message')
    if (write.op === 'message' && !write.message.mine)
      ids.push(idRow(shelf.vault, at.chat.key, write.message, write.unasked ?? false))
  }
  const all = [...stages.values()]
  const [sealedPages, rows] = await Promise.all([Promise.all(all.map((one) => sealed(shelf, one))), Promise.all(ids)])
  return {
    prepared: [...sealedPages.flat(), { stores: rows.length > 0 ? ['ids'] : [], apply: (tx) => [putIds(tx, rows)] }],
    settle() {
      for (const id of removed) shelf.forget(id)
      for (const { chat, made, cleared, touched } of all) {
        if (cleared) shelf.forget(chat.contactId)
        if (made) shelf.learn(made)
        for (const [from, { after }] of touched) shelf.keep(chat, from, isSpent(shelf, chat, after) ? undefined : after)
      }
      const pages = all.flatMap(({ chat, touched }) =>
        [...touched.keys()].map((from) => [chat.contactId, from] as const),
      )
      const whole = [...removed, ...all.flatMap((one) => (one.cleared ? one.chat.contactId : []))]
      return [...whole.map((id) => [id] as const), ...pages]
    },
  }
}

export async function begin(shelf: Shelf, contactId: string): Promise<Stage> {
  const known = await shelf.chat(contactId)
  if (known) return { chat: known, touched: new Map(), begun: [] }
  return { ...(await withNewSecret(shelf, contactId)), touched: new Map(), begun: [] }
}

async function withNewSecret({ vault, random }: Shelf, contactId: string) {
  const made = { contactId, secret: random(SECRET_BYTES) }
  const [key, pageKey] = await Promise.all([vault.chatKey(contactId), vault.pageKey(made.secret)])
  return { chat: { contactId, key, pageKey }, made }
}

/** Under a new secret, and with a page that knows nothing but the largest number that was given. */
async function beginAnew(shelf: Shelf, contactId: string, top: number): Promise<Stage> {
  if (!isSeq(top)) throw new RangeError('seq out of range')
  const empty: Page = { from: top, top, entries: [] }
  const touched = new Map([[top, { before: undefined, after: empty }]])
  return { ...(await withNewSecret(shelf, contactId)), cleared: true, touched, begun: [top] }
}

async function put(
  shelf: Shelf,
  at: Stage,
  { contactId: _chat, seq, ...stored }: MessageRow,
  isNew: boolean,
): Promise<void> {
  if (!isSeq(seq)) throw new RangeError('seq out of range')
  const entry = { seq, bytes: messageCodec.encode(stored) }
  const page = await pageOf(shelf, at, seq)
  // What became of a message whose page was damaged since: the page stays as it is.
  if (page === 'damaged' && !isNew) return
  if (page !== undefined && page !== 'damaged' && hasRoom(page, seq, entry.bytes.length))
    return change(at, page, page, (before) => withEntry(before, entry))
  at.begun.push(seq)
  change(at, { from: seq, top: seq, entries: [] }, undefined, (before) => withEntry(before, entry))
}

/** With the id of an own one, which was known by its row until now. */
async function remove(shelf: Shelf, at: Stage, seq: number): Promise<string | undefined> {
  const page = await pageOf(shelf, at, seq)
  if (page === undefined || page === 'damaged') return undefined
  change(at, page, page, (before) => withoutEntry(before, seq))
  const bytes = page.entries.find((entry) => entry.seq === seq)?.bytes
  return bytes && isMine(bytes) ? idOf(bytes) : undefined
}

function change({ touched }: Stage, page: Page, before: Page | undefined, by: (page: Page) => Page): void {
  touched.set(page.from, { before: touched.has(page.from) ? touched.get(page.from)?.before : before, after: by(page) })
}

/** The page of this number as this commit has it so far. */
async function pageOf(shelf: Shelf, at: Stage, seq: number): Promise<Page | 'damaged' | undefined> {
  const page = at.made ? undefined : await shelf.at(at.chat, seq)
  const base = page === undefined || page === 'damaged' ? 0 : page.from
  const nearest = Math.max(base, ...at.begun.filter((from) => from <= seq))
  return at.touched.get(nearest)?.after ?? page
}

/** The pages, their marks in the outbox where they are others than before, and the secret of a chat that had none or gets another. */
export async function sealed(shelf: Shelf, { chat, made, cleared, touched }: Stage): Promise<readonly Prepared[]> {
  const pages = [...touched].map(async ([from, { before, after }]): Promise<Prepared> => {
    const place = pagePlace(chat.key, from)
    const box = await shelf.vault.pages.seal(chat.pageKey, place, pageCodec.schema, pageCodec.encode(after))
    const key = pageKeyOf(chat, from)
    if (isSpent(shelf, chat, after))
      return {
        stores: ['pages', 'unsent'],
        apply: (tx) => [tx.objectStore('pages').delete(key), tx.objectStore('unsent').delete(key)],
        changes: [{ store: 'pages', place, chat: chat.contactId }],
      }
    const [was, is] = [before !== undefined && isUnsent(before), isUnsent(after)]
    return {
      stores: ['pages', 'unsent'],
      apply: (tx) => [
        tx.objectStore('pages').put(box, key),
        ...(is && !was ? [tx.objectStore('unsent').put(1, key)] : []),
        ...(was && !is ? [tx.objectStore('unsent').delete(key)] : []),
      ],
      changes: [{ store: 'pages', place, box, chat: chat.contactId }],
    }
  })
  const secret = made ? [putSecret(shelf, made)] : []
  const puts = await Promise.all([...pages, ...secret])
  return cleared ? [clearing(chat), ...puts] : puts
}

/** All that was said in a chat, also what a former version left; not the ids. */
function clearing({ key }: Chat): Prepared {
  const stores = ['pages', 'unsent', 'messages', 'outbox'] as const
  return { stores, apply: (tx) => stores.map((store) => tx.objectStore(store).delete(wholeChat(key))) }
}

/** An empty page goes, but for the last one: it knows the largest number that was ever given. */
function isSpent(shelf: Shelf, { contactId }: Chat, { entries, from }: Page): boolean {
  return entries.length === 0 && from < (shelf.last(contactId) ?? 0)
}

function isUnsent({ entries }: Page): boolean {
  return entries.some(({ bytes }) => isQueued(bytes))
}

async function putSecret({ vault }: Shelf, made: ChatRow): Promise<Prepared> {
  const key = await vault.rowKey('chats', made.contactId)
  const box = await vault.seal('chats', key, chatCodec.schema, chatCodec.encode(made))
  return {
    stores: ['chats'],
    apply: (tx) => [tx.objectStore('chats').put(box, key)],
    changes: [{ store: 'chats', place: key, box }],
  }
}
