/**
 * A page: up to 64 neighbouring messages of a chat in one sealed row. One seal and one row a commit, however many messages
 * are in it; and a row's size says little of what was said. Pure: nothing here reads, writes or seals.
 */
import { Reader, Writer, type Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { isSeq } from './open.ts'
import { messageCodec, type Codec } from './rows.ts'

/** Numbers a page can hold: from its first on. */
export const PAGE_SPAN = 64
/** A page that has so many bytes takes no further message: each commit seals the whole page anew. */
const PAGE_BYTES = 32 * 1024

/** One message as `messageCodec` writes it. */
export type Entry = { readonly seq: number; readonly bytes: Bytes }

export type Page = {
  /** The seq it is keyed by: no entry has a smaller one. */
  readonly from: number
  /** The largest seq it ever had, though that message be gone: no other may have it. */
  readonly top: number
  /** By seq. */
  readonly entries: readonly Entry[]
}

/** Whether a message with this number belongs into `page` or begins another. */
export function hasRoom(page: Page, seq: number, bytes: number): boolean {
  if (page.entries.some((entry) => entry.seq === seq)) return true
  const used = page.entries.reduce((sum, entry) => sum + entry.bytes.length, 0)
  return seq < page.from + PAGE_SPAN && used + bytes <= PAGE_BYTES
}

export function withEntry(page: Page, entry: Entry): Page {
  const others = page.entries.filter(({ seq }) => seq !== entry.seq)
  const entries = [...others, entry].sort((a, b) => a.seq - b.seq)
  return { from: page.from, top: Math.max(page.top, entry.seq), entries }
}

export function withoutEntry(page: Page, seq: number): Page {
  // Copied: what is left must not hold the whole page as it was, with what goes.
  const left = page.entries.filter((entry) => entry.seq !== seq)
  return { ...page, entries: left.map((entry) => ({ ...entry, bytes: entry.bytes.slice() })) }
}

/** chat key 16 ‖ from u48: the place a page's box is bound to. */
export function pagePlace(chat: Bytes, from: number): Bytes {
  return new Writer().put(chat).u48(from).done()
}

/** from u48 ‖ top − from u8 ‖ count u8 × (seq − from u8 ‖ length u16 ‖ message) */
export const pageCodec: Codec<Page> = {
  schema: messageCodec.schema,
  encode({ from, top, entries }) {
    const out = new Writer()
      .u48(from)
      .u8(top - from)
      .u8(entries.length)
    for (const { seq, bytes } of entries)
      out
        .u8(seq - from)
        .u16(bytes.length)
        .put(bytes)
    return out.done()
  },
  decode(schema, bytes) {
    if (schema < 1 || schema > messageCodec.schema) throw new ProtocolError('malformed')
    const input = new Reader(bytes)
    const from = input.u48()
    const top = from + input.u8()
    const entries: Entry[] = []
    let next = from
    for (let left = input.u8(); left > 0; left--) {
      const seq = from + input.u8()
      if (seq < next || seq > top) throw new ProtocolError('malformed')
      next = seq + 1
      entries.push({ seq, bytes: input.view(input.u16()) })
    }
    input.end()
    if (!isSeq(from) || top >= from + PAGE_SPAN) throw new ProtocolError('malformed')
    return { from, top, entries }
  },
}
