/**
 * What people say to each other: a closed, versioned, bounded union, decoded at the edge.
 * NOT its concern: ids, order, delivery (the frame's and the chat's).
 */
import { concat, fromUtf8, Reader, utf8, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'

/** UTF-8 bytes of one text: fits the largest frame (16,266 bytes of body) with room for later fields. */
export const MAX_TEXT_BYTES = 15_000
/** Seconds: ten years. */
export const MAX_TIMER = 10 * 365 * 86_400

/** About the time after which texts go on both sides: `disappearing.ts` in the chat. In the order of their codes, from 1. */
export const TIMER_ACTS = ['suggest', 'agree', 'end'] as const

export type TimerMessage = {
  readonly kind: 'timer'
  readonly act: (typeof TIMER_ACTS)[number]
  /** Which suggestion, u32: later ones have larger numbers. */
  readonly n: number
  /** The time it is about, 1 to MAX_TIMER. */
  readonly seconds: number
}

export type Message =
  /** `expireAfter`: seconds, 1 to MAX_TIMER, that it stays on each side after it was delivered or read. */
  | { readonly kind: 'text'; readonly text: string; readonly expireAfter?: number }
  | TimerMessage
  /** From a newer version: kept as it came, shown as "needs a newer version". `raw`: the whole encoding. */
  | { readonly kind: 'unknown'; readonly raw: Bytes }

const TEXT = 1
const EXPIRING = 2
const TIMER = 3

/**
 * Layout: kind u8 ‖ content. 1: text. 2: expire after u32 ‖ text. 3: act u8 ‖ n u32 ‖ seconds u32. Throws 'malformed' on an
 * empty text, U+0000, a lone surrogate or a time that is none, 'too-large' over 15,000 bytes of text.
 */
export function encodeMessage(message: Message): Bytes {
  if (message.kind === 'unknown') return message.raw
  if (message.kind === 'timer') {
    const act = TIMER_ACTS.indexOf(message.act) + 1
    return new Writer().u8(TIMER).u8(act).u32(message.n).u32(timeOf(message.seconds)).done()
  }
  const text = utf8(message.text)
  checkText(text)
  if (message.expireAfter === undefined) return concat(Uint8Array.of(TEXT), text)
  return new Writer().u8(EXPIRING).u32(timeOf(message.expireAfter)).put(text).done()
}

/** Throws 'malformed' or 'too-large' as `encodeMessage`; a kind we do not know is a message all the same. */
export function decodeMessage(bytes: Bytes): Message {
  const from = new Reader(bytes)
  const kind = from.u8()
  if (kind === 0) throw new ProtocolError('malformed')
  if (kind === TEXT) return { kind: 'text', text: takeText(from) }
  if (kind === EXPIRING) {
    const expireAfter = timeOf(from.u32())
    return { kind: 'text', text: takeText(from), expireAfter }
  }
  if (kind !== TIMER) return { kind: 'unknown', raw: bytes.slice() }
  const act = TIMER_ACTS[from.u8() - 1]
  const [n, seconds] = [from.u32(), timeOf(from.u32())]
  from.end()
  if (!act) throw new ProtocolError('malformed')
  return { kind: 'timer', act, n, seconds }
}

function timeOf(seconds: number): number {
  if (!(seconds >= 1 && seconds <= MAX_TIMER)) throw new ProtocolError('malformed')
  return seconds
}

function takeText(from: Reader): string {
  const text = from.view(from.left)
  checkText(text)
  return fromUtf8(text)
}

function checkText(text: Bytes): void {
  if (text.length > MAX_TEXT_BYTES) throw new ProtocolError('too-large')
  if (text.length === 0 || text.includes(0)) throw new ProtocolError('malformed')
}
