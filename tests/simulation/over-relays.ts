/** People of the simulation who meet through real relays: the page's real rendezvous over real sockets, in real time. */
import { WebSocket } from 'ws'
import type { Clock, Rendezvous } from '../../src/chat/ports.ts'
import { makeNostrRendezvous } from '../../src/net/rendezvous/nostr.ts'
import type { WebSocketConstructor } from '../../src/net/rendezvous/socket.ts'
import { Person } from './person.ts'
import { CALM, World } from './world.ts'

const STEP_MS = 4
/** Less than a page waits for any answer. */
const STRIDE_MS = 2_500
const PAUSE_MS = 30

/** A world whose time passes as that of this machine while `live` runs. */
export class RealWorld extends World {
  constructor(seed: number) {
    super(seed, CALM)
    this.now = Date.now()
  }

  readonly people: Person[] = []

  /** True once `done` holds, false if it does not within this time. */
  async live(ms: number, done: () => boolean): Promise<boolean> {
    const end = this.now + ms
    let last = performance.now()
    while (this.now < end) {
      await new Promise((passed) => setTimeout(passed, STEP_MS))
      const now = performance.now()
      const [elapsed] = [now - last, (last = now)]
      if (await this.run(elapsed, done)) return true
    }
    return false
  }

  /** So much time passes in a moment, with pauses in which relays have their say. */
  async skip(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STRIDE_MS) {
      await this.run(STRIDE_MS)
      await this.live(PAUSE_MS, () => false)
    }
  }

  /** Somebody whose page goes by these relays and is ready. */
  async arrive(relays: readonly string[]): Promise<Person> {
    const person = new Person(this)
    this.people.push(person)
    person.offered = relays
    person.relay = { rendezvousFor: (clock) => this.#rendezvous(clock) }
    person.open()
    await this.live(5_000, () => person.ready)
    return person
  }

  #rendezvous(clock: Clock): Rendezvous {
    const constructor = WebSocket as unknown as WebSocketConstructor
    return makeNostrRendezvous({ random: this.random, clock, base: 'http://page/', WebSocket: constructor })
  }
}

/** Makes and opens a link; true once both are connected. */
export async function joins(world: RealWorld, [a, b]: readonly [Person, Person], within: number): Promise<boolean> {
  const made = a.actions.startChat()
  await world.live(1_000, () => (a.page?.messenger.snapshot.invites.length ?? 0) > 0)
  await made
  const opened = b.actions.openLink(a.page?.messenger.snapshot.invites[0]?.fragment ?? '')
  await world.live(1_000, () => (b.page?.messenger.snapshot.joins.length ?? 0) > 0)
  const join = await opened
  if (!join.ok) throw new Error(`the link is ${join.why}`)
  b.actions.join(join.id)
  return world.live(within, () => a.connected && b.connected)
}
