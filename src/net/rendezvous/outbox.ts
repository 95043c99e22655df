/** What waits to be published on one relay, and how fast it may go. */
import type { Clock, Publication } from '../../chat/ports.ts'
import type { NostrEvent } from '../schema.ts'

/**
 * Burst and refill of one relay. A page that opens sends two batched hellos, as many answers, and a handshake for each
 * contact that is there: with a burst of 24 twenty of them are there at once, with 8 the last would wait for two minutes. One
 * in 5 s is 720 an hour; with the burst it is 36 in the first minute. Both are within the caps of the strictest common
 * relay (nostream: 60 a minute, 720 an hour); who allows less says `rate-limited:` and is obeyed.
 */
const BURST_EVENTS = 24
const REFILL_MS = 5_000
/** After `rate-limited:`. */
const SLOW_REFILL_MS = 90_000
const SLOW_FOR_MS = 15 * 60_000
const MAX_QUEUE = 64
/** The other side has given up on an older handshake, and an older hello has been followed by a newer one. */
const MAX_WAIT_MS = 25_000

/** A publication on its way to one relay. */
export type Item = {
  readonly kind: Publication['kind']
  readonly topics: Publication['topics']
  /** The signed event with `created_at` = now + offset. The same event for every relay with the same offset. */
  event(offsetSeconds: number): NostrEvent
  /** True once it has been refused for its time and sent again. */
  readonly isRetry: boolean
}

export function isHandshakeOn({ kind, topics }: Item, some: readonly string[]): boolean {
  return kind === 'handshake' && topics.some((topic) => some.includes(topic))
}

type Waiting = { readonly item: Item; readonly since: number }

export class Outbox {
  readonly #clock: Clock
  readonly #send: (item: Item) => void
  #queue: Waiting[] = []
  #isOpen = false
  #tokens = BURST_EVENTS
  #refilledAt: number
  #slowUntil = 0
  #cancel = (): void => {}

  /** `send` is called when the relay is open and the budget allows. */
  constructor(clock: Clock, send: (item: Item) => void) {
    this.#clock = clock
    this.#send = send
    this.#refilledAt = clock.now()
  }

  /** Hellos need an open relay: it will ask for a new one when it listens. Handshakes wait, at most 25 s. */
  add(item: Item): void {
    if (!this.#isOpen && item.kind === 'hello') return
    if (this.#queue.length >= MAX_QUEUE) this.#makeRoom()
    this.#queue.push({ item, since: this.#clock.now() })
    this.#drain()
  }

  takeBack(topics: readonly string[]): void {
    this.#queue = this.#queue.filter(({ item }) => !isHandshakeOn(item, topics))
  }

  opened(): void {
    this.#isOpen = true
    this.#drain()
  }

  closed(): void {
    this.#isOpen = false
    this.#cancel()
    this.#queue = this.#queue.filter(({ item }) => item.kind === 'handshake')
  }

  clear(): void {
    this.closed()
    this.#queue = []
  }

  /** The relay complained about the rate: one event in 90 s for the next quarter of an hour. */
  slowDown(): void {
    this.#slowUntil = this.#clock.now() + SLOW_FOR_MS
    this.#tokens = 0
    this.#refilledAt = this.#clock.now()
    this.#drain()
  }

  #makeRoom(): void {
    const hello = this.#queue.findIndex(({ item }) => item.kind === 'hello')
    this.#queue.splice(Math.max(0, hello), 1)
  }

  #drain(): void {
    this.#cancel()
    if (!this.#isOpen) return
    this.#refill()
    const now = this.#clock.now()
    this.#queue = this.#queue.filter(({ since }) => Math.abs(now - since) <= MAX_WAIT_MS)
    while (this.#tokens >= 1 && this.#queue.length > 0) {
      this.#tokens--
      this.#send(this.#takeNext())
    }
    if (this.#queue.length === 0) return
    const untilToken = Math.ceil((1 - this.#tokens) * this.#refillMs())
    this.#cancel = this.#clock.after(Math.max(untilToken, 1), () => this.#drain())
  }

  #takeNext(): Item {
    const handshake = this.#queue.findIndex(({ item }) => item.kind === 'handshake')
    return this.#queue.splice(Math.max(0, handshake), 1)[0]!.item
  }

  #refill(): void {
    const now = this.#clock.now()
    const elapsed = Math.max(0, now - this.#refilledAt) // a clock set back earns nothing
    this.#refilledAt = now
    this.#tokens = Math.min(this.#isSlow() ? 1 : BURST_EVENTS, this.#tokens + elapsed / this.#refillMs())
  }

  #refillMs(): number {
    return this.#isSlow() ? SLOW_REFILL_MS : REFILL_MS
  }

  #isSlow(): boolean {
    return this.#clock.now() < this.#slowUntil
  }
}
