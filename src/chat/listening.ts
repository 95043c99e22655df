/** Listens on what the state says: its relays and topics, told to the rendezvous when they change. */
import type { Rendezvous, RendezvousEvent } from './ports.ts'
import { relaysOf, routesOf } from './routes.ts'
import type { State } from './state.ts'

export class Listening {
  readonly #rendezvous: Rendezvous
  readonly #heard: (event: RendezvousEvent) => void
  #topics = ''
  #relays = ''

  constructor(rendezvous: Rendezvous, heard: (event: RendezvousEvent) => void) {
    this.#rendezvous = rendezvous
    this.#heard = heard
  }

  /** The network is first used when there is something to listen for. `now`: Unix ms. */
  follow(state: State, now: number): void {
    const topics = [...routesOf(state, now).keys()].sort()
    if (topics.length === 0 && this.#relays === '') return
    const relays = relaysOf(state)
    if (relays.join() !== this.#relays) {
      this.#relays = relays.join()
      this.#topics = ''
      this.#rendezvous.start(relays, this.#heard)
    }
    if (topics.join() === this.#topics) return
    this.#topics = topics.join()
    this.#rendezvous.listen(topics)
  }

  stop(): void {
    this.#topics = ''
    this.#relays = ''
    this.#rendezvous.stop()
  }
}
