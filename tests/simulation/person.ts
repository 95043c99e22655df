/** Somebody with a disk and, at most, one page open on it. */
import { makeActions } from '../../src/chat/actions.ts'
import { Messenger } from '../../src/chat/messenger.ts'
import type { Actions } from '../../src/chat/snapshot.ts'
import type { MessageRow, Servers } from '../../src/chat/ports.ts'
import { Disk, makeMemoryHistory } from './memory-history.ts'
import { makePeers, makeRendezvous } from './world.ts'
import type { Endpoint, World } from './world.ts'

type Page = {
  alive: boolean
  readonly messenger: Messenger
  readonly actions: Actions
  readonly ends: Endpoint[]
  stop: () => void
}

/** Nobody writes down servers in a simulation. */
const NO_SERVERS: Servers = { read: () => ({ reason: 'none' }), probe: (_, on) => on([]) }

export class Person {
  readonly world: World
  readonly disk = new Disk()
  page: Page | undefined
  /** By how much this device's clock is ahead, ms. */
  skew = 0
  /** Times this person's page looked at a message as delivered, for the lie detector. */
  readonly seenDelivered = new Set<string>()

  constructor(world: World) {
    this.world = world
  }

  /** Opens the page. Resolves when it is ready; the world must run meanwhile. */
  open(): void {
    const { world } = this
    const page: Page = { alive: true, ends: [], stop: () => undefined } as unknown as Page
    const alive = (): boolean => page.alive
    const later = (run: () => void): void => void world.after(1, () => alive() && run())
    const random = world.random
    const clock = {
      now: () => world.now + this.skew,
      after: (ms: number, run: () => void) => world.after(ms, () => alive() && run()),
    }
    const rendezvous = makeRendezvous(world, alive)
    const messenger = new Messenger({
      rendezvous,
      peers: makePeers(world, alive, (end) => page.ends.push(end)),
      history: makeMemoryHistory(this.disk, later),
      clock,
      random,
      settings: { relays: ['ws://r'], iceServers: [], relayOnly: false },
      alerts: [],
    })
    Object.assign(page, {
      messenger,
      actions: makeActions(messenger, { clock, random, servers: NO_SERVERS }),
      stop: () => rendezvous.stop(),
    })
    messenger.subscribe((snapshot) => {
      for (const m of snapshot.open?.messages ?? [])
        if (m.mine && (m.state === 'delivered' || m.state === 'read')) this.seenDelivered.add(m.id)
    })
    this.page = page
    void messenger.start()
  }

  /** The process dies: nothing more of it happens, not even a goodbye. The other side notices late or by heartbeat. */
  kill(): void {
    const page = this.page
    if (!page) return
    page.alive = false
    page.stop()
    for (const end of page.ends) {
      end.closed = true
      if (this.world.chance(0.7)) end.other?.end('closed', this.world.fraction() * 3_000)
    }
    this.page = undefined
  }

  /** As `kill`, but the channels stay as they are: for the other side it is only silence. */
  freeze(): Page | undefined {
    const page = this.page
    if (page) page.alive = false
    page?.stop()
    this.page = undefined
    return page
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

  texts(mine: boolean): readonly string[] {
    return this.rows()
      .filter((r) => r.mine === mine)
      .map((r) => (r.body.kind === 'text' ? r.body.text : ''))
  }
}
