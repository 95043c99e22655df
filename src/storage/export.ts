/** The profile into a file, a stretch of pages at a time: what is held in memory does not grow with what was said. */
import { type FileSecret, type Random, type Sink, type Watch } from '../chat/ports.ts'
import { BackupError } from './backup-error.ts'
import { fileKey, makeHead, makeSealer } from './backup-file.ts'
import { encodeRecord, type BackupRecord } from './backup-records.ts'
import { openRow, zip } from './open.ts'
import type { Page } from './page.ts'
import { pagesAbove, pagesIn, placeOf } from './read.ts'
import { blockedCodec, contactCodec, profileCodec, type Codec } from './rows.ts'
import { openPage, lasting, type Shelf } from './shelf.ts'

/** Pages read at once: some thousand messages, and two megabytes at most. */
const STRETCH = 64

type Small = 'profile' | 'contacts' | 'blocked'

export type Exporting = {
  readonly shelf: Shelf
  readonly random: Random
  readonly sink: Sink
  readonly secret: FileSecret
  readonly watch: Watch
  /** False once this tab has let go of the profile. */
  readonly isHeld: () => boolean
}

/** Resolves with how many rows and pages could not be read. Rejects with BackupError, or with what the browser or `sink` threw. */
export async function exportTo(exporting: Exporting): Promise<number> {
  const { shelf, random, sink, secret, watch } = exporting
  const [profiles, contacts, blocked] = await Promise.all([
    rowsOf(shelf, 'profile', profileCodec),
    rowsOf(shelf, 'contacts', contactCodec),
    rowsOf(shelf, 'blocked', blockedCodec),
  ])
  const [profile] = profiles.rows
  if (!profile) throw new BackupError('failed')
  const total = await shelf.connection.use((db) => db.count('pages'))
  const head = makeHead(random)
  const key = await fileKey(secret, head)
  watch.progress(0, total)
  const sealer = await makeSealer(head, key, sink)
  const put = async (record: BackupRecord): Promise<void> => await sealer.write(encodeRecord(record))
  await put({ kind: 'profile', body: profile })
  // One that is not confirmed belongs to a link that was opened, and that is not moved.
  const known = contacts.rows.filter(({ confirmed }) => confirmed)
  for (const { timer, ...contact } of known) {
    const pairs = contact.pairs.map((pair) => ({ ...pair, psks: [] }))
    // Nothing is agreed where it comes to; but what is suggested from there must not be taken for something older.
    const count = timer ? { timer: { n: timer.n, seconds: 0, from: 0 } } : {}
    await put({ kind: 'contact', body: { ...contact, ...count, pairs } })
  }
  for (const one of blocked.rows) await put({ kind: 'blocked', body: one })
  let [messages, pages] = [0, 0]
  let damaged = profiles.damaged + contacts.damaged + blocked.damaged
  for (const [contact, { id }] of known.entries()) {
    for await (const stretch of stretchesOf(exporting, id)) {
      for (const page of stretch.pages) {
        await put({ kind: 'page', body: { contact, page } })
        messages += page.entries.length
      }
      damaged += stretch.damaged
      pages += stretch.pages.length + stretch.damaged
      watch.progress(pages, total)
    }
  }
  await put({ kind: 'end', body: { contacts: known.length, blocked: blocked.rows.length, messages } })
  await sealer.end()
  return damaged
}

type Stretch = { readonly pages: readonly Page[]; readonly damaged: number }

/** A chat's pages in order, as they lie there. An empty one only at its end, where it knows the largest number that was given. */
async function* stretchesOf({ shelf, watch, isHeld }: Exporting, contactId: string): AsyncGenerator<Stretch, void> {
  const chat = await shelf.chat(contactId)
  if (!chat) return
  let tail: Page | undefined
  for (let behind: number | undefined = -Infinity; behind !== undefined;) {
    if (watch.signal.aborted || !isHeld()) throw new BackupError('stopped')
    const range = pagesAbove(chat.key, behind)
    const raw = await shelf.connection.use((db) => pagesIn(db, range, STRETCH))
    const opened = await Promise.all(raw.map((one) => openPage(shelf.vault, chat, one)))
    const pages = opened.flatMap((page) => (page ? [lasting(page)] : []))
    tail = pages.at(-1) ?? tail
    yield { pages: pages.filter(({ entries }) => entries.length > 0), damaged: opened.length - pages.length }
    behind = raw.length < STRETCH ? undefined : placeOf(raw.at(-1))
  }
  if (tail?.entries.length === 0) yield { pages: [tail], damaged: 0 }
}

async function rowsOf<T>(
  { connection, vault }: Shelf,
  store: Small,
  codec: Codec<T>,
): Promise<{ readonly rows: readonly T[]; readonly damaged: number }> {
  const raw = await connection.use(async (db) => {
    const table = db.transaction(store).store
    const [keys, values] = await Promise.all([table.getAllKeys(), table.getAll()])
    return zip(keys, values)
  })
  const opened = await Promise.all(raw.map((one) => openRow(vault, store, codec, one)))
  const rows = opened.filter((row) => row !== undefined)
  return { rows, damaged: opened.length - rows.length }
}
