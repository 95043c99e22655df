/** Listens on what the state says: its relays and topics, told to the rendezvous when they change. */
import type { Rendezvous, RendezvousEvent } from './ports.ts'
import { placesOf } from './places.ts'
import { relaysOf, routesOf } from './routes.ts'
import type { State } from './state.ts'

export class Listening {
  readonly #rendezvous: Rendezvous
  readonly #heard: (event: RendezvousEvent) => void
  #topics = ''
  /** Undefined: not begun. */
  #relays: string | undefined
  #places = ''

  constructor(rendezvous: Rendezvous, heard: (event: RendezvousEvent) => void) {
    this.#rendezvous = rendezvous
    this.#heard = heard
  }

  /** The network is first used when there is something to listen for. `now`: Unix ms. */
  follow(state: State, now: number): void {
    const routes = routesOf(state, now)
    const topics = [...routes.keys()].sort()
    if (topics.length === 0 && this.#relays === undefined) return
    const relays = relaysOf(state)
    if (relays.join() !== this.#relays) {
      this.#relays = relays.join()
      this.#topics = this.#places = ''
      this.#rendezvous.start(relays, this.#heard)
    }
    this.#visit(placesOf(state, routes.values()))
    if (topics.join() === this.#topics) return
    this.#topics = topics.join()
    this.#rendezvous.listen(topics)
  }

  #visit(places: ReadonlyMap<string, readonly string[]>): void {
    const told = [...places].flat(2).join()
    if (told === this.#places) return
    this.#places = told
    this.#rendezvous.visit(places)
  }

  stop(): void {
    this.#topics = this.#places = ''
    this.#relays = undefined
    this.#rendezvous.stop()
  }
}
