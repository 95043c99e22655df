/**
 * One WebSocket that stays: reconnects with jittered back-off, notices silence and floods, rests where it must. Knows no
 * Nostr. Nothing a server does throws out of here or is logged.
 */
import type { Clock, Random, RelayState } from '../../chat/ports.ts'
import { Reader } from '../../protocol/bytes.ts'
import { FloodMeter } from './flood.ts'
import type { Rate } from './flood.ts'

const FIRST_RETRY_MS = 1_000
/** Somebody may be waiting at the other end; spread over a minute, even a thousand pages are few for a relay that comes back. */
const MAX_RETRY_MS = 60_000
/** A connection that lived this long was a good one: the next failure starts from the first delay again. */
const GOOD_MS = 30_000
const CONNECT_TIMEOUT_MS = 15_000
/** Proxies cut connections after 60 s or more of silence; a dead one shows no other way. */
const SILENCE_MS = 60_000
const ANSWER_MS = 20_000
/** One fresh attempt per nudge, at once or after this; but nudges can come as fast as a person switches tabs. */
const NUDGE_GAP_MS = 1_000
/** Our largest event is 3 KiB. A longer frame is dropped unread. */
export const MAX_RELAY_FRAME = 16 * 1024
const MAX_BAD: Rate = { messages: 30, bytes: 64 * 1024 }
/** Well-formed messages cost too: parsing, hashing, and an AEAD in the chat. */
const MAX_ALL: Rate = { messages: 600, bytes: 2 * 1024 * 1024 }
const FLOOD_REST_MS = 10 * 60_000

export type WebSocketConstructor = new (url: string) => WebSocket

/** Relays left alone, by URL: survives a new list of relays. */
export type Rests = Map<string, { readonly state: 'closed' | 'refused'; readonly until: number }>

export type SocketDeps = {
  readonly random: Random
  readonly clock: Clock
  readonly WebSocket: WebSocketConstructor
  readonly rests: Rests
}

export interface SocketOwner {
  state(state: RelayState): void
  /** A text frame of at most 16 KiB. False: it was not worth reading, and counts against the relay. */
  message(text: string): boolean
  /** Nothing has come for a minute: ask something that must be answered. */
  silent(): void
}

export class Socket {
  readonly #url: string
  readonly #deps: SocketDeps
  readonly #owner: SocketOwner
  readonly #bad: FloodMeter
  readonly #all: FloodMeter
  #socket: WebSocket | undefined
  #state: RelayState = 'closed'
  #failures = 0
  #triedAt = 0
  #openedAt = 0
  #heard = false
  #cancelTimer = (): void => {}

  constructor(url: string, deps: SocketDeps, owner: SocketOwner) {
    this.#url = url
    this.#deps = deps
    this.#owner = owner
    this.#bad = new FloodMeter(deps.clock, MAX_BAD)
    this.#all = new FloodMeter(deps.clock, MAX_ALL)
  }

  start(): void {
    const rest = this.#deps.rests.get(this.#url)
    const left = rest ? rest.until - this.#deps.clock.now() : 0
    if (!rest || left <= 0) return this.#connect()
    this.#become(rest.state)
    this.#timer(left, () => this.#connect())
  }

  stop(): void {
    this.#cancelTimer()
    this.#release()
    this.#state = 'closed'
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Does nothing when the relay is not open. */
  send(text: string): void {
    if (this.#socket?.readyState === 1) this.#socket.send(text)
  }

  /** Tries at once if it waits to reconnect; asks for a sign of life if it is open. */
  nudge(): void {
    const { clock, rests } = this.#deps
    if (this.#state === 'open') return this.#probe()
    if (this.#state !== 'closed' || (rests.get(this.#url)?.until ?? 0) > clock.now()) return
    const left = NUDGE_GAP_MS - Math.abs(clock.now() - this.#triedAt)
    if (left <= 0) return this.#connect()
    this.#timer(left, () => this.#connect())
  }

  /** The connection is no good: close, and try again after the back-off. */
  drop(): void {
    const { clock, random } = this.#deps
    this.#release()
    const wasGood = this.#state === 'open' && clock.now() - this.#openedAt >= GOOD_MS
    this.#failures = wasGood ? 0 : this.#failures + 1
    this.#become('closed')
    // Full jitter: thousands of pages lose the same relay in the same moment.
    const most = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, this.#failures - 1))
    this.#timer((most * new Reader(random(4)).u32()) / 2 ** 32, () => this.#connect())
  }

  /** Closes and leaves the relay alone for this long. */
  rest(state: 'closed' | 'refused', ms: number): void {
    this.#release()
    this.#deps.rests.set(this.#url, { state, until: this.#deps.clock.now() + ms })
    this.#become(state)
    this.#timer(ms, () => this.#connect())
  }

  #connect(): void {
    const { WebSocket, clock } = this.#deps
    this.#triedAt = clock.now()
    this.#become('connecting')
    try {
      this.#socket = new WebSocket(this.#url)
    } catch {
      return this.drop() // refused by the browser: mixed content, blocked port
    }
    this.#timer(CONNECT_TIMEOUT_MS, () => this.drop())
    this.#socket.binaryType = 'arraybuffer'
    this.#socket.onopen = () => this.#opened()
    this.#socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#received(data)
    this.#socket.onerror = () => {} // `close` follows
    this.#socket.onclose = () => this.drop()
  }

  #opened(): void {
    this.#openedAt = this.#deps.clock.now()
    this.#watch()
    this.#become('open')
  }

  #received(data: unknown): void {
    this.#heard = true
    const size =
      typeof data === 'string' ? data.length : data instanceof ArrayBuffer ? data.byteLength : MAX_RELAY_FRAME
    if (this.#all.count(size)) return this.rest('closed', FLOOD_REST_MS)
    const isGood = typeof data === 'string' && size <= MAX_RELAY_FRAME && this.#owner.message(data)
    if (!isGood && this.#state === 'open' && this.#bad.count(size)) this.rest('closed', FLOOD_REST_MS)
  }

  #watch(): void {
    this.#heard = false
    this.#timer(SILENCE_MS, () => (this.#heard ? this.#watch() : this.#probe()))
  }

  #probe(): void {
    this.#heard = false
    this.#timer(ANSWER_MS, () => (this.#heard ? this.#watch() : this.drop()))
    this.#owner.silent()
  }

  /** Forgets the socket. One that still connects is closed when it has opened: closing it now makes the browser log an error. */
  #release(): void {
    const socket = this.#socket
    this.#socket = undefined
    if (!socket) return
    socket.onmessage = socket.onclose = null
    socket.onopen = () => socket.close()
    if (socket.readyState === 1) socket.close()
  }

  #timer(ms: number, run: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#deps.clock.after(ms, run)
  }

  #become(state: RelayState): void {
    if (state === this.#state && state !== 'closed') return
    this.#state = state
    this.#owner.state(state)
  }
}
