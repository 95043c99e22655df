/** The frames that wait for a data channel. simple-peer has no backpressure of its own: Chromium throws at 16 MiB buffered. */
import type { Bytes } from '../protocol/bytes.ts'

/** How much may lie in the browser's own buffer: more does not make it faster, 4 MiB makes files a third slower. */
const BUFFERED_BYTES = 256 * 1024
/** Above this the sender is asked to wait. */
const QUEUE_BYTES = 1024 * 1024
/** A sender that does not wait is a fault here; it must not eat the memory of the page. */
const OVERRUN_BYTES = 3 * QUEUE_BYTES

export class Outgoing {
  readonly #channel: RTCDataChannel
  readonly #write: (frame: Bytes) => void
  readonly #on: { drained(): void; failed(): void }
  readonly #pumpBound = (): void => this.#pump()
  #queue: Bytes[] = []
  #queuedBytes = 0
  #isFull = false
  #isStopped = false
  #whenEmpty: (() => void) | undefined

  /**
   * `write` may throw: then, and above 3 MiB waiting, everything stops and `failed` is called. `drained` is called after
   * `push` returned false and half of the queue has left; both possibly from inside `push`.
   */
  constructor(channel: RTCDataChannel, write: (frame: Bytes) => void, on: { drained(): void; failed(): void }) {
    this.#channel = channel
    this.#write = write
    this.#on = on
    // addEventListener, because simple-peer owns `onbufferedamountlow`; it has set the threshold to 64 KiB.
    channel.addEventListener('bufferedamountlow', this.#pumpBound)
  }

  /** Takes the frame in any case. False: more than 1 MiB waits, or it has stopped. */
  push(frame: Bytes): boolean {
    if (this.#isStopped) return false
    this.#queue.push(frame)
    this.#queuedBytes += frame.length
    this.#pump()
    if (this.#waiting() > OVERRUN_BYTES) this.#fail()
    if (this.#waiting() > QUEUE_BYTES) this.#isFull = true
    return !this.#isFull && !this.#isStopped
  }

  /** Calls back once everything has been handed to the browser. */
  whenEmpty(run: () => void): void {
    this.#whenEmpty = run
    this.#pump()
  }

  /** Forgets what waits. */
  stop(): void {
    this.#isStopped = true
    this.#queue = []
    this.#queuedBytes = 0
    this.#whenEmpty = undefined
    this.#channel.removeEventListener('bufferedamountlow', this.#pumpBound)
  }

  #fail(): void {
    this.stop()
    this.#on.failed()
  }

  #waiting(): number {
    return this.#queuedBytes + this.#channel.bufferedAmount
  }

  #pump(): void {
    try {
      while (this.#queue.length > 0 && this.#channel.bufferedAmount < BUFFERED_BYTES) {
        const frame = this.#queue.shift()!
        this.#queuedBytes -= frame.length
        this.#write(frame)
      }
    } catch {
      return this.#fail()
    }
    if (this.#isFull && this.#waiting() <= QUEUE_BYTES / 2) {
      this.#isFull = false
      this.#on.drained()
    }
    if (this.#queue.length > 0) return
    this.#whenEmpty?.()
    this.#whenEmpty = undefined
  }
}
