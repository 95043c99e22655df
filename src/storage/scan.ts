/**
 * Looks for words in everything that was said, page by page. What was read once stays in memory, up to a bound; a second search
 * opens nothing but what is new. Runs in a worker (`search-worker.ts`) where there can be one.
 */
import type { Findings, Hit, Piece } from '../chat/ports.ts'
import { makeConnection, type Connection } from './connection.ts'
import { excerpt, fold, holds, termsOf } from './fold.ts'
import { pagesIn } from './read.ts'
import type { Entry } from './page.ts'
import { withoutId } from './rows.ts'
import { decoded, fromOf, openPage, type Chat, type RawPage } from './shelf.ts'
import { pageBoxes, type PageBoxes } from './vault.ts'

/** What a search may open: pages, to read them. */
export type Scope = {
  readonly database: string
  readonly installId: Uint8Array<ArrayBuffer>
  readonly chats: readonly Chat[]
}

/** Hits that are shown; the rest is counted. */
const MAX_HITS = 100
/** UTF-16 units of text kept: about 100 MB. Pages beyond it are opened each time. */
const MAX_KEPT = 32 * 2 ** 20
/** Pages of one read: about half a megabyte. */
const PAGES = 64
const TELL_EVERY_MS = 80

type Line = Omit<Hit, 'pieces' | 'chatId'> & { readonly text: string }

/** The texts of a page, and how they are searched: in one string, since most pages hold no hit. `ends`: where each ends there. */
type Leaf = { readonly lines: readonly Line[]; readonly folded: string; readonly ends: readonly number[] }

/** Pages as they lie, from one number in the order of keys to before another. `before`: how much was forgotten until then. */
type Stretch = {
  readonly first: number
  readonly end: number
  readonly raws: Promise<readonly RawPage[]>
  readonly before: number
}

export interface Scanner {
  /** Calls `on` now and then with what was found so far, the newest first, and at the end; stops when `stopped` says so. */
  search(scope: Scope, query: string, on: (found: Findings) => void, stopped: () => boolean): Promise<void>
  /** These pages are not what they were; without a number: the whole chat. */
  forget(contactId: string, from?: number): void
}

export function makeScanner(): Scanner {
  /** By chat, then by the page's number. */
  const kept = new Map<string, Map<number, Leaf>>()
  /** The keys of each chat's pages, until one changes. */
  const listed = new Map<string, readonly IDBValidKey[]>()
  let units = 0
  /** Counts what was forgotten: what was read before that may be old. */
  let forgotten = 0
  let connection: { readonly name: string; readonly to: Connection } | undefined

  const keep = (contactId: string, from: number, leaf: Leaf): void => {
    const size = sizeOf(leaf)
    if (units + size > MAX_KEPT) return
    units += size
    const pages = kept.get(contactId) ?? new Map<number, Leaf>()
    kept.set(contactId, pages.set(from, leaf))
  }

  async function keysOf(db: Connection, { contactId, key }: Chat): Promise<readonly IDBValidKey[]> {
    const before = forgotten
    const known = listed.get(contactId)
    if (known) return known
    const keys = await db.use((open) => open.getAllKeys('pages', IDBKeyRange.bound([key], [key, []])))
    if (before === forgotten) listed.set(contactId, keys)
    return keys
  }

  async function* pagesOf(boxes: PageBoxes, db: Connection, chat: Chat): AsyncGenerator<Leaf | undefined> {
    const known = kept.get(chat.contactId)
    const keys = await keysOf(db, chat)
    const numbers = keys.map(fromOf)
    /** As many as stand behind each other unread. */
    const read = (first: number): Stretch | undefined => {
      let end = first
      while (end < keys.length && end < first + PAGES && !known?.has(numbers[end] ?? -1)) end++
      if (end === first) return undefined
      const stretch = IDBKeyRange.bound(keys[first], keys[end - 1])
      // With their keys: a page may have gone since these were listed.
      const raws = db.use((open) => pagesIn(open, stretch, PAGES))
      // What was read ahead may not be asked for any more.
      raws.catch(() => undefined)
      return { first, end, raws, before: forgotten }
    }
    let ahead: Stretch | undefined
    for (let i = 0; i < keys.length;) {
      const now = ahead?.first === i && ahead.before === forgotten ? ahead : read(i)
      if (!now) {
        yield known?.get(numbers[i] ?? -1)
        i++
        continue
      }
      const raws = await now.raws
      // The disk reads while these are opened.
      ahead = read(now.end)
      const opened = await Promise.all(raws.map((raw) => openPage({ pages: boxes }, chat, raw)))
      for (const page of opened) {
        const leaf = page && leafOf(page.entries.flatMap(lineOf))
        if (page && leaf && now.before === forgotten) keep(chat.contactId, page.from, leaf)
        yield leaf
      }
      i = now.end
    }
  }

  return {
    async search({ database, installId, chats }, query, on, stopped) {
      const terms = termsOf(query)
      if (connection?.name !== database) connection = { name: database, to: makeConnection(database) }
      const boxes = pageBoxes(installId, () => new Uint8Array())
      const best = makeBest()
      let told = performance.now()
      for (const [i, chat] of chats.entries()) {
        let read = 0
        for await (const leaf of pagesOf(boxes, connection.to, chat)) {
          if (stopped()) return
          read++
          for (const line of leaf ? linesWith(leaf, terms) : []) best.add(chat.contactId, line)
          if (performance.now() - told < TELL_EVERY_MS) continue
          told = performance.now()
          on(best.found(terms, (i + read / (read + PAGES)) / chats.length))
        }
      }
      if (!stopped()) on(best.found(terms, 1))
    },
    forget(contactId, from) {
      forgotten++
      listed.delete(contactId)
      const pages = kept.get(contactId)
      if (!pages) return
      for (const number of from === undefined ? [...pages.keys()] : [from]) {
        const leaf = pages.get(number)
        if (leaf) units -= sizeOf(leaf)
        pages.delete(number)
      }
    },
  }
}

const sizeOf = ({ lines, folded }: Leaf): number => lines.reduce((sum, { text }) => sum + text.length, folded.length)

function lineOf({ seq, bytes }: Entry): Line | [] {
  const message = decoded(() => withoutId(bytes))
  return message?.body.kind === 'text' ? { seq, mine: message.mine, at: message.at, text: message.body.text } : []
}

function leafOf(lines: readonly Line[]): Leaf {
  const texts = lines.map(({ text }) => fold(text))
  let end = 0
  return { lines, folded: texts.join(''), ends: texts.map((text) => (end += text.length)) }
}

/** Each with all of the words. A word that begins in one text and ends in the next is in neither. */
function linesWith({ lines, folded, ends }: Leaf, terms: readonly string[]): readonly Line[] {
  if (!holds(folded, terms)) return []
  return lines.filter((_, i) => holds(folded.slice(ends[i - 1] ?? 0, ends[i]), terms))
}

/** The newest hits, and how many there are. */
function makeBest() {
  let count = 0
  let lines: (Line & { readonly chatId: string })[] = []
  const made = new WeakMap<object, readonly Piece[]>()
  const trim = (): void => {
    lines.sort((a, b) => b.at - a.at || b.seq - a.seq)
    lines = lines.slice(0, MAX_HITS)
  }
  return {
    add(chatId: string, line: Line): void {
      count++
      lines.push({ ...line, chatId })
      if (lines.length >= 4 * MAX_HITS) trim()
    },
    found(terms: readonly string[], progress: number): Findings {
      trim()
      const hits = lines.map((line): Hit => {
        const { chatId, seq, mine, at, text } = line
        // Once for each: what was found is told again and again.
        const pieces = made.get(line) ?? excerpt(text, terms)
        made.set(line, pieces)
        return { chatId, seq, mine, at, pieces }
      })
      return { hits, count, progress }
    },
  }
}
