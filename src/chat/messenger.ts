/**
 * The edge around the pure step: one serial queue of events; for each a turn, its rows committed in one transaction, then
 * its effects, then a snapshot. Nothing is told to the wire or the screen that is not on disk.
 */
import { toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { isFatal, SEAL_ENTROPY_BYTES } from '../protocol/session.ts'
import type { Frame, Session } from '../protocol/session.ts'
import type { Incoming } from './conversation.ts'
import { knockAt } from './invitation.ts'
import { PAGE, WINDOW } from './limits.ts'
import { nextDue } from './presence.ts'
import { StorageError } from './ports.ts'
import type {
  Clock,
  History,
  PeerChannel,
  PeerEvent,
  PeerFactory,
  Random,
  Rendezvous,
  RendezvousEvent,
  Settings,
} from './ports.ts'
import { inviteOf, nextDayChange, routesOf } from './routes.ts'
import type { Alert, Snapshot } from './snapshot.ts'
import { firstProfile, stateFrom } from './start.ts'
import type { State } from './state.ts'
import { step } from './step.ts'
import type { Event } from './step.ts'
import { linkOfPeer, Turn } from './turn.ts'
import type { Effect } from './turn.ts'
import { nextViewChange, viewOf } from './view.ts'

export type Deps = {
  readonly rendezvous: Rendezvous
  readonly peers: PeerFactory
  readonly history: History
  readonly clock: Clock
  readonly random: Random
  readonly settings: Settings
  /** What to say from the start: configuration problems. */
  readonly alerts: readonly Alert[]
}

/** Work for the queue: an event, bytes of a channel still to be opened, or an event that must be read from disk first. */
type Job =
  | { readonly event: Event; readonly done?: (committed: boolean) => void }
  | { readonly peer: number; readonly bytes: Bytes }
  | { readonly read: () => Promise<Event | undefined> }

const MAX_TICK_WAIT = 10 * 60_000
const MAX_RELAYS = 8
const BLANK: Snapshot = {
  phase: 'starting',
  me: { name: '', hideIp: false },
  chats: [],
  invites: [],
  joins: [],
  alerts: [],
}

export class Messenger {
  readonly #deps: Deps
  readonly #jobs: Job[] = []
  readonly #channels = new Map<number, PeerChannel>()
  readonly #listeners = new Set<(snapshot: Snapshot) => void>()
  #state: State | undefined
  #snapshot: Snapshot = BLANK
  #pumping = false
  #topics = ''
  #relays = ''
  #cancelTick: () => void = () => undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  get snapshot(): Snapshot {
    return this.#snapshot
  }

  /** The state behind the snapshot; undefined unless this tab owns the profile. */
  get state(): State | undefined {
    return this.#state
  }

  subscribe(on: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(on)
    return () => this.#listeners.delete(on)
  }

  /** Becomes the owner of the profile and begins. Ends in phase `ready`, or `no-storage`. */
  async start(): Promise<void> {
    const { history, random, settings, clock, alerts } = this.#deps
    try {
      const loaded = await history.claim(() => this.#lostOwnership())
      const profile = loaded.profile ?? firstProfile(random)
      if (!loaded.profile) await history.commit([{ op: 'profile', profile }])
      this.#state = stateFrom(loaded, profile, settings, alerts, clock.now())
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      return this.#emit({ ...BLANK, phase: error.trouble === 'fenced' ? 'elsewhere' : 'no-storage', alerts })
    }
    const turn = new Turn(this.#state, { now: clock.now(), random })
    for (const join of this.#state.joins.values())
      if (join.phase === 'joining') turn.guarded(() => knockAt(turn, join.row.id))
    this.#settle(turn)
  }

  /** Queues an event; resolves with whether it was committed (a refused commit has changed nothing). */
  dispatch(event: Event): Promise<boolean> {
    return new Promise((done) => this.#queue({ event, done }))
  }

  /** Queues an event that is read from disk when its turn comes. */
  read(read: () => Promise<Event | undefined>): void {
    this.#queue({ read })
  }

  /** What the browser says of the network. */
  online(online: boolean): void {
    if (online) this.#deps.rendezvous.nudge()
    void this.dispatch({ type: 'online', online })
  }

  /** The network came back or the page is looked at again. */
  nudge(): void {
    if (!this.#state) return
    this.#deps.rendezvous.nudge()
    this.#queue({ event: { type: 'tick' } })
    this.#queue({ event: { type: 'nudge' } })
  }

  /** The page goes: says goodbye where a line is open. Best effort, synchronous. */
  leave(): void {
    for (const { live } of this.#state?.links.values() ?? []) {
      if (live) this.#run({ do: 'hangup', peer: live.peer, bye: live.session })
    }
    this.#stop()
  }

  #lostOwnership(): void {
    this.leave()
    this.#emit({ ...BLANK, phase: 'elsewhere' })
  }

  #stop(): void {
    this.#cancelTick()
    this.#state = undefined
    this.#topics = ''
    this.#relays = ''
    for (const channel of this.#channels.values()) channel.close()
    this.#channels.clear()
    this.#deps.rendezvous.stop()
  }

  #queue(job: Job): void {
    this.#jobs.push(job)
    if (!this.#pumping) void this.#pump()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    try {
      for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
        const event = await this.#eventOf(job)
        const committed = event ? await this.#take(event) : false
        if ('done' in job) job.done?.(committed)
      }
    } finally {
      this.#pumping = false
    }
  }

  async #eventOf(job: Job): Promise<Event | undefined> {
    if (!this.#state) return undefined
    if ('event' in job) return job.event
    try {
      return 'read' in job ? await job.read() : await this.#openFrames(job.peer, job.bytes)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#storageTrouble(error, undefined)
      return undefined
    }
  }

  /** Opens this frame and those of the same channel queued right behind it: one turn, one commit, one receipt. */
  async #openFrames(peer: number, first: Bytes): Promise<Event | undefined> {
    const frames: Frame[] = []
    const session = this.#sessionOf(peer)
    for (let bytes: Bytes | undefined = first; bytes; bytes = this.#nextBytes(peer, frames.length)) {
      try {
        if (!session) throw new ProtocolError('closed')
        frames.push(session.open(bytes))
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        if (!isFatal(error)) continue
        this.#hangUpBroken(peer)
        break
      }
    }
    return frames.length > 0 ? { type: 'frames', peer, frames: await this.#withKnown(peer, frames) } : undefined
  }

  #nextBytes(peer: number, taken: number): Bytes | undefined {
    const next = this.#jobs[0]
    if (!next || taken >= WINDOW || !('bytes' in next) || next.peer !== peer) return undefined
    this.#jobs.shift()
    return next.bytes
  }

  #hangUpBroken(peer: number): void {
    this.#run({ do: 'hangup', peer })
    this.#queue({ event: { type: 'closed', peer, reason: 'protocol' } })
  }

  #sessionOf(peer: number): Session | undefined {
    const link = this.#state && linkOfPeer(this.#state, peer)?.link
    if (link?.live?.peer === peer) return link.live.session
    return link?.attempts.find((a) => a.peer === peer)?.established?.session
  }

  async #withKnown(peer: number, frames: readonly Frame[]): Promise<readonly Incoming[]> {
    const contactId = this.#state ? linkOfPeer(this.#state, peer)?.id : undefined
    return Promise.all(
      frames.map(async (frame) => {
        const asked = frame.type === 'message' && contactId !== undefined
        const row = asked ? await this.#deps.history.find(contactId, toHex(frame.id)) : undefined
        return { frame, known: row !== undefined }
      }),
    )
  }

  async #take(event: Event): Promise<boolean> {
    if (!this.#state) return false
    const { clock, random, history } = this.#deps
    const turn = step(this.#state, event, { now: clock.now(), random })
    if (turn.refused) return false
    if (turn.writes.length > 0) {
      try {
        await history.commit(turn.writes)
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        this.#storageTrouble(error, event)
        return false
      }
      turn.patch({ alerts: turn.state.alerts.filter((a) => a.kind !== 'storage-full') })
    }
    // Another tab may have taken over while the commit was under way.
    if (this.#state) this.#settle(turn)
    return true
  }

  #storageTrouble(error: StorageError, event: Event | undefined): void {
    if (error.trouble === 'fenced') return this.#lostOwnership()
    if (!this.#state) return
    const turn = new Turn(this.#state, { now: this.#deps.clock.now(), random: this.#deps.random })
    turn.alert({ id: 'storage-full', kind: 'storage-full' })
    // What could not be kept must not be acknowledged: the other side sends it again on the next line.
    if (event && 'peer' in event) this.#hangUpBroken(event.peer)
    this.#settle(turn)
  }

  /** The turn counts: its state becomes the state, its effects run, the world is told. */
  #settle(turn: Turn): void {
    this.#state = turn.state
    for (const effect of turn.effects) this.#run(effect)
    this.#listen()
    this.#schedule()
    if (this.#state) this.#emit(viewOf(this.#state, this.#deps.clock.now()))
  }

  #emit(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    for (const on of this.#listeners) on(snapshot)
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'dial':
        return this.#dial(effect)
      case 'accept':
        return this.#channels.get(effect.peer)?.accept(effect.description)
      case 'send': {
        const frame = effect.session.seal(effect.frame, this.#deps.random(SEAL_ENTROPY_BYTES))
        if (this.#channels.get(effect.peer)?.send(frame) === false)
          this.#queue({ event: { type: 'congested', peer: effect.peer } })
        return
      }
      case 'hangup': {
        const channel = this.#channels.get(effect.peer)
        this.#channels.delete(effect.peer)
        if (effect.bye) channel?.send(effect.bye.seal({ type: 'bye' }, this.#deps.random(SEAL_ENTROPY_BYTES)))
        return channel?.close()
      }
      case 'publish':
        return this.#deps.rendezvous.publish(effect.publication)
      case 'flush':
        return this.#flush(effect.contactId, effect.after)
    }
  }

  #dial({ peer, initiator, relayOnly, patient }: Extract<Effect, { do: 'dial' }>): void {
    const { iceServers } = this.#deps.settings
    this.#channels.set(
      peer,
      this.#deps.peers({ initiator, iceServers, relayOnly, patient }, (event) => {
        if (this.#channels.has(peer)) this.#heardPeer(peer, event)
      }),
    )
  }

  #heardPeer(peer: number, event: PeerEvent): void {
    if (event.type === 'frame') return this.#queue({ peer, bytes: event.bytes })
    if (event.type === 'closed') this.#channels.delete(peer)
    if (event.type === 'open') this.#queue({ event: { type: 'opened', peer, path: event.path } })
    else this.#queue({ event: { ...event, peer } })
  }

  #flush(contactId: string, after: number): void {
    this.read(async () => {
      const rows = await this.#deps.history.outbox(contactId, after, WINDOW + 1)
      return { type: 'outbox', contactId, rows: rows.slice(0, WINDOW), more: rows.length > WINDOW }
    })
  }

  /** Listens on what the state says. The network is first used when there is something to listen for. */
  #listen(): void {
    if (!this.#state) return
    const topics = [...routesOf(this.#state, this.#deps.clock.now()).keys()].sort()
    if (topics.length === 0 && this.#relays === '') return
    const relays = this.#relaysOf(this.#state)
    if (relays.join() !== this.#relays) {
      this.#relays = relays.join()
      this.#topics = ''
      this.#deps.rendezvous.start(relays, (event) => this.#heardRelay(event))
    }
    if (topics.join() === this.#topics) return
    this.#topics = topics.join()
    this.#deps.rendezvous.listen(topics)
  }

  #relaysOf(state: State): readonly string[] {
    const hints = [...state.joins.values()]
      .filter((j) => j.phase === 'joining')
      .flatMap((j) => inviteOf(j.row.fragment).relays)
    return [...new Set([...state.settings.relays, ...hints])].slice(0, MAX_RELAYS)
  }

  #heardRelay(event: RendezvousEvent): void {
    if (event.type === 'arrived')
      this.#queue({ event: { type: 'arrived', topics: event.topics, content: event.content } })
    else this.#queue({ event })
  }

  #schedule(): void {
    this.#cancelTick()
    if (!this.#state) return
    const now = this.#deps.clock.now()
    const due = Math.min(nextDue(this.#state) ?? Infinity, nextViewChange(this.#state, now), nextDayChange(now))
    const wait = Math.min(Math.max(due - now, 10), MAX_TICK_WAIT)
    this.#cancelTick = this.#deps.clock.after(wait, () => this.#queue({ event: { type: 'tick' } }))
  }

  /** Reads the newest page of a chat (and all that is unread) into the window. */
  show(contactId: string): void {
    this.read(async () => {
      const unread = this.#state?.contacts.get(contactId)?.unread ?? 0
      const limit = Math.min(PAGE + unread, 10 * PAGE)
      const rows = await this.#deps.history.page(contactId, Infinity, limit)
      return { type: 'window', contactId, rows, hasEarlier: rows.length === limit }
    })
  }

  /** Reads one page before the window. */
  showEarlier(): void {
    this.read(async () => {
      const open = this.#state?.open
      const first = open?.rows[0]
      if (!open || !first || !open.hasEarlier) return undefined
      const rows = await this.#deps.history.page(open.id, first.seq, PAGE)
      return { type: 'earlier', contactId: open.id, rows, hasEarlier: rows.length === PAGE }
    })
  }
}
