/**
 * Whether a relay delivers. That it accepts an event proves nothing: we listen on the topics that we publish to, so what we
 * publish has to come back. One event may get lost; a relay that loses the next as well passes nothing on.
 */
import type { Clock } from '../../chat/ports.ts'

/** A handshake that takes this long to arrive has been given up at the other side. */
const BACK_WITHIN_MS = 15_000
/** An event of ours that says nothing to anybody, and must stay rare. */
const PROBE_EVERY_MS = 30 * 60_000

/** So many in a row are no accident. */
const MANY = 2

export interface HealthOwner {
  /** An event was lost: publish one of which nothing depends. */
  probe(): void
  /** `isMute` has changed. */
  healthChanged(): void
}

export class Health {
  readonly #clock: Clock
  readonly #owner: HealthOwner
  #deliveredAt = -Infinity
  #watched: string | undefined
  #cancel = (): void => {}
  #lost = 0
  #probedAt = -Infinity

  constructor(clock: Clock, owner: HealthOwner) {
    this.#clock = clock
    this.#owner = owner
  }

  /** It takes what we send and hands nothing on. */
  get isMute(): boolean {
    return this.#lost >= MANY
  }

  /** An event has left that the relay must hand back to us. One at a time is watched: events of one moment share their luck. */
  sent(id: string): void {
    if (this.#watched !== undefined) return
    this.#watched = id
    this.#cancel = this.#clock.after(BACK_WITHIN_MS, () => this.#missing())
  }

  /** True for the event that was waited for. */
  isBack(id: string): boolean {
    const isIt = id === this.#watched
    if (isIt) this.delivers()
    return isIt
  }

  /** Something of ours, or of others that was not known yet, has come. */
  delivers(): void {
    this.#deliveredAt = this.#clock.now()
    this.forget()
    this.#lose(0)
  }

  /** The relay says that it did not take this one, which may yet be mended. */
  excuse(id: string): void {
    if (id === this.#watched) this.forget()
  }

  /** It takes this one in no way. Who takes others now and then has only had too many. */
  refused(): void {
    if (this.#clock.now() - this.#deliveredAt >= PROBE_EVERY_MS) this.#lose(MANY)
  }

  /** What is under way proves nothing any more. */
  forget(): void {
    this.#cancel()
    this.#watched = undefined
  }

  #missing(): void {
    this.#watched = undefined
    this.#lose(this.#lost + 1)
    const now = this.#clock.now()
    if (this.isMute || Math.abs(now - this.#probedAt) < PROBE_EVERY_MS) return
    this.#probedAt = now
    this.#owner.probe()
  }

  #lose(lost: number): void {
    const was = this.isMute
    this.#lost = lost
    if (this.isMute !== was) this.#owner.healthChanged()
  }
}
