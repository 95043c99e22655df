/** Somebody with a disk and the pages that are open on it: one, and now and then an older tab. */
import { makeActions } from '../../src/chat/actions.ts'
import { Messenger } from '../../src/chat/messenger.ts'
import type { Actions, Snapshot } from '../../src/chat/snapshot.ts'
import type { Clock, History, MessageRow, PeerFactory, Rendezvous, Servers } from '../../src/chat/ports.ts'
import { Disk, makeMemoryHistory } from './memory-history.ts'
import { makePeers } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { makeRendezvous } from './world.ts'
import type { World } from './world.ts'

export type Page = {
  alive: boolean
  /** Set while the tab is frozen: what would have happened to it waits here. */
  waiting: (() => void)[] | undefined
  /** The page dies at this many more moments: transactions and effects. */
  crashIn: number
  readonly messenger: Messenger
  readonly history: History
  readonly actions: Actions
  readonly ends: Endpoint[]
  stop: () => void
}

/** What a page uses in place of the world's own relay. */
export type Relays = { rendezvousFor(clock: Clock, alive: () => boolean): Rendezvous }

/** Nobody writes down servers in a simulation. */
const NO_SERVERS: Servers = { read: () => ({ reason: 'none' }), probe: (_, on) => on([]) }

export class Person {
  readonly world: World
  readonly disk: Disk
  page: Page | undefined
  /** Tabs that were opened before `page` and are still there. */
  readonly oldTabs: Page[] = []
  /** By how much this device's clock is ahead, ms. */
  skew = 0
  /** What the host says of the clock when a page is opened; undefined: nothing. */
  clockOff: number | undefined
  /** Pages that died at a moment of their own choosing. */
  crashes = 0
  /** Relays to go through in place of the world's own. */
  relay: Relays | undefined
  /** Their addresses, as the page's host offers them. */
  offered: readonly string[] = ['ws://r']
  /** Sees whatever a screen of this person shows. */
  looks: (snapshot: Snapshot) => void = () => undefined

  constructor(world: World, disk = new Disk()) {
    this.world = world
    this.disk = disk
  }

  /** Opens the page; the world must run until it is ready. A page that was open becomes an old tab. */
  open(): void {
    if (this.page) this.oldTabs.push(this.page)
    const { world } = this
    const page: Page = { alive: true, waiting: undefined, crashIn: Infinity, ends: [], stop: () => undefined } as never
    const alive = (): boolean => page.alive
    const run = (what: () => void): void => {
      if (!page.alive) return
      if (page.waiting) page.waiting.push(what)
      else what()
    }
    const later = (what: () => void): void => void world.after(1, () => run(what))
    const clock = {
      now: () => world.now + this.skew,
      after: (ms: number, what: () => void) => world.after(ms, () => run(what)),
    }
    const moment = (): boolean => this.#moment(page)
    const rendezvous = this.relay?.rendezvousFor(clock, alive) ?? makeRendezvous(world, alive)
    const history = makeMemoryHistory(this.disk, later, moment)
    const messenger = new Messenger({
      rendezvous: mortalRendezvous(rendezvous, run, moment),
      peers: mortalPeers(
        makePeers(world, alive, (end) => page.ends.push(end)),
        run,
        moment,
      ),
      history,
      clock,
      random: world.random,
      settings: { relays: this.offered, iceServers: [], relayOnly: false },
      clockOff: this.clockOff,
      alerts: [],
    })
    Object.assign(page, {
      messenger,
      history,
      actions: makeActions(messenger, { clock, random: world.random, servers: NO_SERVERS, history }),
      stop: () => rendezvous.stop(),
    })
    messenger.subscribe((snapshot) => page.alive && this.looks(snapshot))
    this.page = page
    void messenger.start()
  }

  /** One of the things a page does; false: it is dead, or dies right here. */
  #moment(page: Page): boolean {
    if (page.alive && --page.crashIn <= 0) {
      this.crashes++
      this.kill(page)
    }
    return page.alive
  }

  /** The process dies: nothing more of it happens, not even a goodbye. The other side notices late or by heartbeat. */
  kill(page = this.page): void {
    if (!page) return
    page.alive = false
    page.stop()
    for (const end of page.ends) {
      end.closed = true
      if (this.world.chance(0.7)) end.other?.end('closed', this.world.fraction() * 3_000)
    }
    this.#forget(page)
  }

  /** As `kill`, but the channels stay as they are: for the other side it is only silence. */
  freeze(): Page | undefined {
    const page = this.page
    if (!page) return undefined
    page.alive = false
    page.stop()
    this.#forget(page)
    return page
  }

  #forget(page: Page): void {
    if (this.page === page) this.page = undefined
    const at = this.oldTabs.indexOf(page)
    if (at >= 0) this.oldTabs.splice(at, 1)
  }

  get ready(): boolean {
    return this.page?.messenger.snapshot.phase === 'ready'
  }

  get actions(): Actions {
    if (!this.page) throw new Error('no page is open')
    return this.page.actions
  }

  get contactId(): string | undefined {
    return [...this.disk.contacts.values()].find((c) => c.confirmed)?.id
  }

  get connected(): boolean {
    const line = this.page?.messenger.snapshot.chats[0]?.line.state
    return line === 'direct' || line === 'relayed'
  }

  /** Everything this disk holds, in the order it was committed. */
  rows(): readonly MessageRow[] {
    return [...this.disk.messages.values()].flat()
  }

  /** What was taken away besides, where it was. */
  ever(): readonly MessageRow[] {
    return [...this.rows(), ...this.disk.taken.values()].sort((a, b) => a.seq - b.seq)
  }

  texts(mine: boolean): readonly string[] {
    return this.rows()
      .filter((r) => r.mine === mine)
      .map((r) => (r.body.kind === 'text' ? r.body.text : ''))
  }
}

/** The tab gets no time any more: whatever reaches it waits. */
export function freezeTab(page: Page): void {
  page.waiting ??= []
}

/** All of that happens now, in one go. */
export function thawTab(page: Page): void {
  const waiting = page.waiting ?? []
  page.waiting = undefined
  for (const what of waiting) if (page.alive) what()
}

type Run = (what: () => void) => void

function mortalRendezvous(real: Rendezvous, run: Run, moment: () => boolean): Rendezvous {
  return {
    start: (relays, on) => real.start(relays, (event) => run(() => on(event))),
    listen: (topics) => moment() && real.listen(topics),
    visit: (places) => moment() && real.visit(places),
    publish: (publication) => moment() && real.publish(publication),
    takeBack: (topics) => real.takeBack(topics),
    nudge: () => real.nudge(),
    stop: () => real.stop(),
  }
}

function mortalPeers(real: PeerFactory, run: Run, moment: () => boolean): PeerFactory {
  return (options, on) => {
    const channel = real(options, (event) => run(() => on(event)))
    moment()
    return {
      accept: (remote) => moment() && channel.accept(remote),
      proceed: () => moment() && channel.proceed(),
      send: (frame) => !moment() || channel.send(frame),
      close: () => moment() && channel.close(),
    }
  }
}
