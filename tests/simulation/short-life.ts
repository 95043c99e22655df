/**
 * A short life of two people who know each other, in a world that means them ill; then it clears up, and everything must be
 * where it belongs. One seed, one life.
 */
import { meet } from './meeting.ts'
import { Disk } from './memory-history.ts'
import { freezeTab, Person, thawTab } from './person.ts'
import type { Page } from './person.ts'
import type { Tally } from './tally.ts'
import { isReadBy, textsOf, Witness, written } from './witness.ts'
import { CALM, STORMY, World } from './world.ts'

const TEN_YEARS = 10 * 365 * 86_400_000
const HOUR = 3_600_000
/** Pairs of disks that lives begin from: enough for either to be the initiator. */
const COUPLES = 6

type Couple = { readonly now: number; readonly disks: readonly [Disk, Disk] }
const couples = new Map<number, Promise<Couple>>()

/** Two who met in better times. */
async function makeCouple(n: number): Promise<Couple> {
  const { world, a, b } = await meet(500 + n, CALM)
  await world.run(1_000)
  return { now: world.now, disks: n % 2 === 0 ? [a.disk, b.disk] : [b.disk, a.disk] }
}

function coupleOf(seed: number): Promise<Couple> {
  const n = seed % COUPLES
  const known = couples.get(n) ?? makeCouple(n)
  couples.set(n, known)
  return known
}

export class Life {
  readonly world: World
  readonly people: readonly [Person, Person]
  readonly witness: Witness
  readonly tally: Tally
  readonly withTabs: boolean
  /** Whether people delete what was said. */
  readonly withDeleting: boolean
  readonly #accepted = new Map<Person, string[]>()
  #words = 0
  #aborting = 0

  constructor(seed: number, couple: Couple, tally: Tally) {
    this.world = new World(seed, STORMY)
    this.world.now = couple.now + HOUR
    this.people = [new Person(this.world, couple.disks[0].copy()), new Person(this.world, couple.disks[1].copy())]
    this.witness = new Witness(...this.people)
    this.tally = tally
    this.withTabs = seed % 3 === 0
    this.withDeleting = seed % 4 === 0
    for (const who of this.people) {
      this.#accepted.set(who, [])
      who.disk.aborts = () => {
        const aborts = this.world.chance(this.#aborting)
        if (aborts) tally.aborts++
        return aborts
      }
    }
  }

  /** The storm: everybody does something, and something is done to everybody. */
  async storm(): Promise<void> {
    const { world } = this
    this.#aborting = world.pick([0, 0, 0.01, 0.05])
    for (const who of this.people) if (world.chance(0.85)) this.#open(who)
    const steps = 3 + Math.floor(world.fraction() * 6)
    for (let i = 0; i < steps; i++) {
      this.#act(world.pick(this.people))
      await world.run(world.fraction() * (world.chance(0.1) ? 20_000 : 400))
    }
  }

  #act(who: Person): void {
    const { world, tally } = this
    if (!who.page) return this.#open(who)
    if (this.withTabs && world.chance(0.25)) return this.#tab(who)
    if (this.withDeleting && world.chance(0.5)) return this.#delete(who)
    const dice = world.fraction()
    if (dice < 0.4) this.#speak(who)
    else if (dice < 0.5) this.#read(who)
    else if (dice < 0.6) this.#draft(who)
    else if (dice < 0.7) {
      tally.kills++
      who.kill()
    } else if (dice < 0.8) this.#doom(who, 15)
    else if (dice < 0.9) this.#fill(who)
    else this.#jump(who)
  }

  /** A page that opens may die on its way to the other. */
  #open(who: Person): void {
    who.open()
    if (this.world.chance(0.15)) this.#doom(who, 40)
  }

  /** The page dies at one of its next moments. */
  #doom(who: Person, within: number): void {
    if (who.page) who.page.crashIn = 1 + Math.floor(this.world.fraction() * within)
  }

  /** Says a few things at once. */
  #speak(who: Person): void {
    if (!who.ready || !who.page) return
    if (this.world.chance(0.25)) this.#doom(who, 10)
    const count = 1 + Math.floor(this.world.fraction() * 3)
    for (let i = 0; i < count; i++) this.#say(who, who.page, `word ${this.#words++}`)
  }

  /** What the page accepts is remembered. */
  #say(who: Person, page: Page, text: string): void {
    if (who.contactId === undefined) return
    this.witness.wrote(who, '')
    void page.actions.send(who.contactId, text).then((ok) => ok && this.#accepted.get(who)?.push(text))
  }

  #read(who: Person): void {
    if (!who.ready || who.contactId === undefined) return
    who.actions.openChat(who.contactId)
    who.actions.present(this.world.chance(0.7))
  }

  /** Something on the screen, or now and then all of it, also what did not leave yet. */
  #delete(who: Person): void {
    const { contactId: id, page } = who
    const shown = page?.messenger.snapshot.open?.messages ?? []
    if (!who.ready || id === undefined) return
    this.#showAll(who)
    // Something to take away that may not have left yet, or is on its way.
    if (shown.length === 0 || this.world.chance(0.6)) this.#speak(who)
    if (this.world.chance(0.2)) this.#doom(who, 20)
    for (let i = 0; i < 3; i++) this.world.after(this.world.fraction() * 100, () => this.#take(who, page))
  }

  #take(who: Person, page: Page | undefined): void {
    const id = who.contactId
    if (!page?.alive || page !== who.page || id === undefined) return
    const shown = page.messenger.snapshot.open?.messages ?? []
    if (shown.length === 0) return
    if (this.world.chance(0.05)) page.actions.clearChat(id)
    else page.actions.deleteMessage(this.world.pick([shown.at(-1)!, this.world.pick(shown)]).id)
  }

  #draft(who: Person): void {
    const { contactId: id, page } = who
    if (!who.ready || !page || id === undefined) return
    const draft = `draft ${this.#words++}`
    this.witness.wrote(who, draft)
    const told = page.messenger.dispatch({ type: 'contact', id, change: { draft } })
    void told.then((ok) => ok && this.witness.kept(who, draft))
  }

  /** The disk is full for a while. */
  #fill(who: Person): void {
    who.disk.refuse = 'full'
    this.world.after(this.world.fraction() * 2_000, () => (who.disk.refuse = undefined))
  }

  #jump(who: Person): void {
    this.tally.jumps++
    who.skew = who.skew === 0 ? this.world.pick([1, -1]) * TEN_YEARS : 0
  }

  /** Another tab takes over; the old one may be frozen just then, and come back to life later, full of old plans. */
  #tab(who: Person): void {
    const { world, tally } = this
    const [old] = who.oldTabs
    if (old) {
      if (old.waiting) thawTab(old)
      else who.kill(old)
      return
    }
    tally.tabs++
    if (who.page && world.chance(0.6)) {
      tally.freezes++
      // With words on their way to the disk: the fence must stop them when it thaws.
      if (world.chance(0.7)) this.#speak(who)
      freezeTab(who.page)
    }
    who.open()
  }

  /** The storm is over: clocks are right, disks have room, and whoever sees no chat opens the page again. */
  async clear(): Promise<void> {
    const { world, tally } = this
    world.trouble = CALM
    this.#aborting = 0
    for (const who of this.people) {
      who.skew = 0
      who.disk.refuse = undefined
      if (who.page) who.page.crashIn = Infinity
      for (const old of [...who.oldTabs]) {
        if (old.waiting) thawTab(old)
        // It may still be the owner, if the newer tab died on its way.
        this.#say(who, old, 'from an old tab')
      }
      if (!who.page) who.open()
    }
    await world.run(1_000)
    for (const who of this.people) {
      if (!who.ready) who.kill()
      if (!who.page) who.open()
    }
    await world.run(4 * HOUR, () => this.#isWhole())
    for (const who of this.people) this.#showAll(who)
    // Nobody answers a read receipt: one that the wire swallowed is told again on the next line, and not before.
    if (!(await world.run(2_000, () => this.#isRead()))) await this.#meetAgain()
    // A frame that the storm held back may end a line yet: then they find each other once more.
    await world.run(HOUR, () => this.#isWhole())
    tally.lives++
    tally.lines += world.endpoints.size / 2
    tally.messages += this.people.reduce((sum, who) => sum + who.ever().filter(({ mine }) => mine).length, 0)
    tally.deleted += this.people.reduce((sum, who) => sum + who.disk.taken.size, 0)
    tally.crashes += this.people.reduce((sum, who) => sum + who.crashes, 0)
    tally.refusals += this.people.reduce((sum, who) => sum + who.disk.refused, 0)
  }

  async #meetAgain(): Promise<void> {
    const [a] = this.people
    a.kill()
    a.open()
    await this.world.run(1_000, () => a.ready)
    this.#showAll(a)
    await this.world.run(HOUR, () => this.#isRead())
  }

  #showAll(who: Person): void {
    if (who.contactId === undefined || !who.page) return
    who.actions.openChat(who.contactId)
    who.actions.present(true)
  }

  #isWhole(): boolean {
    const [a, b] = this.people
    const all = [a, b].every((who) => who.rows().every((row) => !row.mine || row.state === 'delivered'))
    return all && a.connected && b.connected
  }

  #isRead(): boolean {
    const [a, b] = this.people
    return [
      [a, b],
      [b, a],
    ].every(([who, other]) => isReadBy(who!, other!))
  }

  /** Everything that is not as it should be. */
  verdict(): readonly string[] {
    const [a, b] = this.people
    const wrong = [...this.witness.lies]
    if (!this.#isWhole()) wrong.push('not everything has arrived')
    else if (!this.#isRead()) wrong.push('not everything that was read is shown so')
    for (const [who, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const [said, heard] = [written(who, other), other.ever().filter(({ mine }) => !mine)]
      if (textsOf(said).join() !== textsOf(heard).join()) wrong.push('the two histories differ')
      const there = textsOf(who.ever())
      const lost = this.#accepted.get(who)?.filter((text) => !there.includes(text)) ?? []
      wrong.push(...lost.map((text) => `${text} was accepted and is not there`))
    }
    return wrong
  }
}

/** Lives one life to its end; returns what went wrong in it. */
export async function live(seed: number, tally: Tally): Promise<readonly string[]> {
  const life = new Life(seed, await coupleOf(seed), tally)
  await life.storm()
  await life.clear()
  return life.verdict()
}
