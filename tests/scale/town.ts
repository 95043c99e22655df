/**
 * Some hundred people with their contacts, their days and their pages: the real messenger and rendezvous of each, through
 * modelled relays that take their time and now and then fail. What is counted is what a relay would see and a person feel.
 */
import type { Snapshot } from '../../src/chat/snapshot.ts'
import { strangers } from '../simulation/contacts.ts'
import { arrive } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { rendezvousAt, RelayServer } from '../simulation/relay-server.ts'
import { CALM, World } from '../simulation/world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

export type Plan = {
  readonly seed: number
  readonly people: number
  readonly contacts: number
  readonly minutes: number
  /** What one relay needs for an event, and how busy others keep it already. */
  readonly eventMs: number
  readonly busy: number
}

/** Share of people whose page is open, by the hour of their day. */
export const OPEN: readonly number[] = [
  0.06, 0.04, 0.03, 0.03, 0.03, 0.04, 0.08, 0.12, 0.15, 0.16, 0.16, 0.17, 0.19, 0.18, 0.17, 0.17, 0.18, 0.2, 0.23, 0.26,
  0.28, 0.27, 0.2, 0.12,
]
/** What relays must be made for: the busiest hour, which is the one that is lived through here. */
export const PEAK = Math.max(...OPEN)
/** Chances in a minute that a page which is open is closed, or reloaded. */
const CLOSES = 1 / 30
const RELOADS = 1 / 120
/** Each relay is away once, for so many minutes. */
const AWAY = 3
/** The first minutes, in which pages open that would have been open already, are no usual ones. */
const BEFORE = 2
export const RELAYS = 3
/** From a page to a relay, ms: at least, and up to so much more. */
const NETWORK = { least: 20, spread: 60 }
/** Together for so long and not connected counts as not met. */
const PATIENCE = MINUTE

type Pair = { readonly ends: readonly [Resident, Resident]; since: number | undefined; isMet: boolean }
type Resident = { readonly person: Person; readonly pairs: Map<string, Pair>; readonly lines: Set<string> }

export type Tally = {
  /** Hours of open pages, all in all. */
  pageHours: number
  /** Events that one relay took, copies it handed on, and requests for a connection: the mean of the relays. */
  events: number
  copies: number
  connections: number
  /** Ms from both being there to both being connected, ascending; Infinity where that took longer than a minute. */
  readonly meetings: number[]
  reloads: number
  failures: number
  mostOpen: number
}

export async function live(plan: Plan, say: (line: string) => void = () => undefined): Promise<Tally> {
  const town = await Town.founded(plan)
  await town.wakes()
  for (let minute = 1; minute <= plan.minutes; minute++) {
    await town.minute(minute / plan.minutes)
    if (minute % 5 === 0) say(`${minute} of ${plan.minutes} minutes: ${town.tally.meetings.length} meetings`)
  }
  return town.closed()
}

class Town {
  readonly world: World
  readonly relays: readonly RelayServer[]
  readonly residents: Resident[] = []
  readonly tally: Tally = {
    pageHours: 0,
    events: 0,
    copies: 0,
    connections: 0,
    meetings: [],
    reloads: 0,
    failures: 0,
    mostOpen: 0,
  }

  private constructor(world: World, takes: () => number) {
    this.world = world
    this.relays = Array.from({ length: RELAYS }, () => new RelayServer(world, takes))
  }

  static async founded(plan: Plan): Promise<Town> {
    const world = new World(plan.seed, CALM)
    // The mean wait before a server that is so busy, with one event after another: M/M/1.
    const wait = (plan.eventMs * plan.busy) / (1 - plan.busy)
    const takes = (): number =>
      NETWORK.least + world.fraction() * NETWORK.spread + plan.eventMs - wait * Math.log(1 - world.fraction())
    const town = new Town(world, takes)
    for (let i = 0; i < plan.people; i++) await town.#settle()
    town.#acquaint(plan.contacts)
    return town
  }

  async #settle(): Promise<void> {
    const { world, relays } = this
    const person = await arrive(world)
    person.kill()
    const urls = relays.map((_, i) => `ws://relay${i}/`)
    person.offered = urls
    person.relay = {
      rendezvousFor: (clock, alive) =>
        rendezvousAt((url) => relays[urls.indexOf(url)]!, { random: world.random, clock, alive }),
    }
    const resident: Resident = { person, pairs: new Map(), lines: new Set() }
    person.looks = (snapshot) => this.#seen(resident, snapshot)
    this.residents.push(resident)
  }

  /** Each with so many others, as if they had met long ago. */
  #acquaint(contacts: number): void {
    const { residents, world } = this
    const wanted = (residents.length * contacts) / 2
    for (let made = 0; made < wanted;) {
      const ends = [world.pick(residents), world.pick(residents)] as const
      const [a, b] = ends
      const id = `p${made}`
      if (a === b || [...a.pairs.values()].some((pair) => pair.ends.includes(b))) continue
      const pair: Pair = { ends, since: undefined, isMet: false }
      const [row] = strangers(world, 1)
      for (const [me, them] of [ends, [b, a]] as const) {
        me.pairs.set(id, pair)
        me.person.disk.contacts.set(id, { ...row!, id, key: them.person.disk.profile!.identityPublic })
      }
      made++
    }
  }

  /** Those whose pages would be open by now open them. */
  async wakes(): Promise<void> {
    const { world, residents } = this
    for (const resident of residents) {
      if (world.chance(PEAK)) this.#opens(resident)
      await world.run((BEFORE * MINUTE) / residents.length)
    }
    for (const relay of this.relays) relay.forget()
  }

  /** `part`: how much of the time is over with this one, 0–1. */
  async minute(part: number): Promise<void> {
    const { world, tally, residents } = this
    this.#fail(part)
    for (const resident of residents) {
      if (resident.person.page) {
        if (world.chance(CLOSES)) this.#closes(resident)
        else if (world.chance(RELOADS)) this.#reloads(resident)
      } else if (world.chance((PEAK / (1 - PEAK)) * CLOSES)) this.#opens(resident)
      await world.run(MINUTE / residents.length)
    }
    const there = residents.filter(({ person }) => person.page).length
    tally.pageHours += there / 60
    tally.mostOpen = Math.max(tally.mostOpen, there)
  }

  closed(): Tally {
    for (const resident of this.residents) if (resident.person.page) this.#closes(resident)
    const mean = (of: (relay: RelayServer) => number): number =>
      this.relays.reduce((sum, relay) => sum + of(relay), 0) / this.relays.length
    this.tally.events = mean((relay) => relay.published.length)
    this.tally.copies = mean((relay) => relay.delivered)
    this.tally.connections = mean((relay) => relay.tried.length)
    this.tally.meetings.sort((a, b) => a - b)
    return this.tally
  }

  /** One after another each relay is away for a while. */
  #fail(part: number): void {
    const due = this.relays[this.tally.failures]
    if (!due || part < (this.tally.failures + 1) / (RELAYS + 1)) return
    this.tally.failures++
    due.goDown()
    this.world.after(AWAY * MINUTE, () => due.comeBack())
  }

  #opens(resident: Resident): void {
    resident.person.open()
    for (const pair of resident.pairs.values()) {
      if (!pair.ends.every(({ person }) => person.page)) continue
      pair.since = this.world.now
      pair.isMet = false
    }
  }

  #closes(resident: Resident): void {
    resident.person.kill()
    resident.lines.clear()
    for (const pair of resident.pairs.values()) {
      if (pair.since !== undefined && !pair.isMet && this.world.now - pair.since > PATIENCE)
        this.tally.meetings.push(Infinity)
      pair.since = undefined
    }
  }

  #reloads(resident: Resident): void {
    this.tally.reloads++
    this.#closes(resident)
    this.#opens(resident)
  }

  #seen({ pairs, lines }: Resident, { chats }: Snapshot): void {
    for (const { id, line } of chats) {
      if (line.state !== 'direct') {
        lines.delete(id)
        continue
      }
      lines.add(id)
      const pair = pairs.get(id)
      if (!pair || pair.isMet || pair.since === undefined || !pair.ends.every((end) => end.lines.has(id))) continue
      pair.isMet = true
      const took = this.world.now - pair.since
      this.tally.meetings.push(took > PATIENCE ? Infinity : took)
    }
  }
}
