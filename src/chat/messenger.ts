/**
 * The edge around the pure step: one serial queue of events; for each a turn, its rows committed in one transaction, then
 * its effects, then a snapshot. Nothing is told to the wire or the screen that is not on disk.
 */
import type { Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { Channels, openFrames, sessionOf } from './channels.ts'
import { newProfile } from './identity.ts'
import { readEarlier, readOutbox, readWindow, withKnown } from './reads.ts'
import { knockAt } from './invitation.ts'
import { WINDOW } from './limits.ts'
import { nextDue } from './presence.ts'
import { StorageError } from './ports.ts'
import type { Deps, Loaded, PeerEvent } from './ports.ts'
import { nextDayChange, relaysOf, routesOf } from './routes.ts'
import type { Snapshot } from './snapshot.ts'
import { BLANK, DAMAGED, stateFrom } from './start.ts'
import type { State } from './state.ts'
import { step } from './step.ts'
import type { Event } from './step.ts'
import { linkOfPeer, Turn } from './turn.ts'
import type { Effect } from './turn.ts'
import { nextViewChange, viewOf } from './view.ts'

/** Work for the queue: an event, bytes of a channel still to be opened, or an event that must be read from disk first. */
type Job =
  | { readonly event: Event; readonly done?: (committed: boolean) => void }
  | { readonly peer: number; readonly bytes: Bytes }
  | { readonly read: () => Promise<Event | undefined> }

const MAX_TICK_WAIT = 10 * 60_000

export class Messenger {
  readonly #deps: Deps
  readonly #jobs: Job[] = []
  readonly #channels: Channels
  readonly #listeners = new Set<(snapshot: Snapshot) => void>()
  #state: State | undefined
  #snapshot: Snapshot = BLANK
  #pumping = false
  /** Whether somebody looks at the page: outlives a change of tabs. */
  #present = false
  #topics = ''
  #relays = ''
  #cancelTick: () => void = () => undefined

  constructor(deps: Deps) {
    this.#deps = deps
    this.#channels = new Channels(deps.peers, deps.random, (peer, event) => this.#heardPeer(peer, event))
  }

  get snapshot(): Snapshot {
    return this.#snapshot
  }

  /** Undefined unless this tab owns the profile. */
  get state(): State | undefined {
    return this.#state
  }

  subscribe(on: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(on)
    return () => this.#listeners.delete(on)
  }

  /** Begins with a claimed profile, or claims it first. Ends in phase `ready`, `elsewhere` or `no-storage`. */
  async start(claimed?: Loaded): Promise<void> {
    const { history, random, settings, clock, alerts } = this.#deps
    try {
      const loaded = claimed ?? (await history.claim(() => this.lost()))
      // A profile that is there and cannot be read is not replaced: with it every contact would be gone.
      if (!loaded.profile && loaded.damaged > 0) return this.#emit({ ...BLANK, phase: 'no-storage', alerts: [DAMAGED] })
      const profile = loaded.profile ?? newProfile(random)
      if (!loaded.profile) await history.commit([{ op: 'profile', profile }])
      this.#state = { ...stateFrom(loaded, profile, settings, alerts, clock.now()), present: this.#present }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      return this.#emit({ ...BLANK, phase: error.trouble === 'fenced' ? 'elsewhere' : 'no-storage', alerts })
    }
    const turn = new Turn(this.#state, { now: clock.now(), random })
    for (const id of this.#state.joins.keys()) turn.guarded(() => knockAt(turn, id))
    this.#settle(turn)
    this.#queue({ event: { type: 'tick' } }) // what fell due while no page was open
  }

  /** Queues an event; resolves with whether it was committed (a refused commit has changed nothing). */
  dispatch(event: Event): Promise<boolean> {
    if (event.type === 'present') this.#present = event.here
    return new Promise((done) => this.#queue({ event, done }))
  }

  /** Queues an event that is read from disk when its turn comes. */
  #read(read: () => Promise<Event | undefined>): void {
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
      if (live) this.#channels.hangUp({ peer: live.peer, bye: live.session })
    }
    this.#stop()
  }

  /** Another tab took the profile over: nothing is sent or written from here any more. */
  lost(): void {
    this.leave()
    this.#emit({ ...BLANK, phase: 'elsewhere' })
  }

  #stop(): void {
    this.#cancelTick()
    this.#state = undefined
    for (const job of this.#jobs.splice(0)) if ('done' in job) job.done?.(false)
    this.#topics = ''
    this.#relays = ''
    this.#channels.closeAll()
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
      return 'read' in job ? await job.read() : await this.#readFrames(job.peer, job.bytes)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#storageTrouble(error, undefined)
      return undefined
    }
  }

  /** Opens this frame and those of the same channel queued right behind it: one turn, one commit, one receipt. */
  async #readFrames(peer: number, first: Bytes): Promise<Event | undefined> {
    const queued = [first]
    for (const next of this.#jobs.slice(0, WINDOW)) {
      if (!('bytes' in next) || next.peer !== peer) break
      queued.push(next.bytes)
    }
    this.#jobs.splice(0, queued.length - 1)
    const { frames, broken } = openFrames(this.#state && sessionOf(this.#state, peer), queued)
    if (broken) this.#hangUpBroken(peer)
    const id = this.#state && linkOfPeer(this.#state, peer)?.id
    if (id === undefined || frames.length === 0) return undefined
    return { type: 'frames', peer, frames: await withKnown(this.#deps.history, id, frames) }
  }

  #hangUpBroken(peer: number): void {
    this.#channels.hangUp({ peer })
    this.#queue({ event: { type: 'closed', peer, reason: 'protocol' } })
  }

  async #take(event: Event): Promise<boolean> {
    const before = this.#state
    if (!before) return false
    const { clock, random, history } = this.#deps
    const turn = step(before, event, { now: clock.now(), random })
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
    // Another tab may have taken over while the commit was under way, and given the profile back.
    if (this.#state === before) this.#settle(turn)
    return true
  }

  #storageTrouble(error: StorageError, event: Event | undefined): void {
    if (error.trouble === 'fenced') return this.lost()
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
        return this.#channels.dial(effect, this.#deps.settings.iceServers)
      case 'accept':
        return this.#channels.accept(effect)
      case 'send':
        return this.#send(effect.peer, () => this.#channels.send(effect))
      case 'rekey':
        return this.#send(effect.peer, () => this.#channels.rekey(effect))
      case 'hangup':
        return this.#channels.hangUp(effect)
      case 'publish':
        return this.#deps.rendezvous.publish(effect.publication)
      case 'flush':
        return this.#read(() => readOutbox(this.#deps.history, effect.contactId, effect.after))
    }
  }

  /** A session that cannot seal any more, or a renewal that was refused, ends the line. */
  #send(peer: number, send: () => boolean): void {
    try {
      if (!send()) this.#queue({ event: { type: 'congested', peer } })
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#hangUpBroken(peer)
    }
  }

  #heardPeer(peer: number, event: PeerEvent): void {
    if (event.type === 'frame') return this.#queue({ peer, bytes: event.bytes })
    if (event.type === 'open') this.#queue({ event: { type: 'opened', peer, path: event.path } })
    else this.#queue({ event: { ...event, peer } })
  }

  /** Listens on what the state says. The network is first used when there is something to listen for. */
  #listen(): void {
    if (!this.#state) return
    const topics = [...routesOf(this.#state, this.#deps.clock.now()).keys()].sort()
    if (topics.length === 0 && this.#relays === '') return
    const relays = relaysOf(this.#state)
    if (relays.join() !== this.#relays) {
      this.#relays = relays.join()
      this.#topics = ''
      this.#deps.rendezvous.start(relays, (event) => this.#queue({ event }))
    }
    if (topics.join() === this.#topics) return
    this.#topics = topics.join()
    this.#deps.rendezvous.listen(topics)
  }

  #schedule(): void {
    this.#cancelTick()
    if (!this.#state) return
    const now = this.#deps.clock.now()
    const due = Math.min(nextDue(this.#state), nextViewChange(this.#state, now), nextDayChange(now))
    const wait = Math.min(Math.max(due - now, 10), MAX_TICK_WAIT)
    this.#cancelTick = this.#deps.clock.after(wait, () => this.#queue({ event: { type: 'tick' } }))
  }

  /** Reads the newest page of a chat into the window. */
  show(contactId: string): void {
    this.#read(() => readWindow(this.#deps.history, this.#state, contactId))
  }

  /** Reads one page before the window. */
  showEarlier(): void {
    this.#read(() => readEarlier(this.#deps.history, this.#state))
  }
}
