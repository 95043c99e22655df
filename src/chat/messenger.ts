/** The edge around the pure step: one queue; for each event a turn, its rows in one transaction, its effects, and in time a
 * snapshot. Nothing is told to the wire or the screen that is not on disk. */
import type { Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { Audience, isNews } from './audience.ts'
import { Channels, openFrames, sessionOf } from './channels.ts'
import { firstState } from './identity.ts'
import { readFor, readMore, readWindow, withKnown } from './reads.ts'
import { knockAt } from './invitation.ts'
import { dropFrames, takeFrame, takeNext, waitingBytes } from './jobs.ts'
import type { Job } from './jobs.ts'
import { LEAVE_WITHIN, MAX_INCOMING } from './limits.ts'
import { Listening } from './listening.ts'
import { StorageError, type Loaded, type Offered, type PeerEvent } from './ports.ts'
import { eraseGone } from './secrets.ts'
import { isStorageTrouble } from './snapshot.ts'
import type { Snapshot, Spot } from './snapshot.ts'
import { BLANK, DAMAGED, phaseOf, unclaimed, type Deps } from './start.ts'
import type { State } from './state.ts'
import { step, type Event } from './step.ts'
import { linkOfPeer, liveOfPeer, Turn } from './turn.ts'
import type { Effect } from './turn.ts'
import { wholeViewOf } from './hand-view.ts'
import { Alarm } from './wake.ts'

export class Messenger {
  readonly #deps: Deps
  readonly #jobs: Job[] = []
  readonly #channels: Channels
  readonly #listening: Listening
  readonly #audience = new Audience()
  #state: State | undefined
  #pumping = false
  /** Whether somebody looks at the page, and whether it has a network: both outlive a change of tabs. */
  #present = false
  #online = true
  /** The newest, also when they came while another tab owned the profile. */
  #settings: Offered
  readonly #alarm: Alarm

  constructor(deps: Deps) {
    this.#deps = deps
    this.#settings = deps.settings
    this.#channels = new Channels(deps.peers, deps.random, (peer, event) => this.#heardPeer(peer, event))
    this.#alarm = new Alarm(deps.clock, (type) => this.#queue({ event: { type } }))
    this.#listening = new Listening(deps.rendezvous, (event) => this.#queue({ event }))
  }

  get state(): State | undefined {
    return this.#state
  }
  get snapshot(): Snapshot {
    return this.#audience.snapshot
  }
  subscribe(on: (snapshot: Snapshot) => void): () => void {
    return this.#audience.subscribe(on)
  }

  /** Begins with a claimed profile, or claims it first. Ends in phase `ready`, `locked`, `elsewhere` or `no-storage`. */
  async start(claimed?: Loaded): Promise<void> {
    const { history, random, clock, alerts } = this.#deps
    try {
      if (this.#audience.muted) this.#end('elsewhere')
      const loaded = claimed ?? (await history.claim((why) => this.lost(phaseOf(why))))
      const state = await firstState(this.#deps, loaded, this.#settings)
      if (!state) return this.#audience.tell({ ...BLANK, phase: 'no-storage', alerts: [DAMAGED] })
      this.#state = { ...state, present: this.#present, online: this.#online }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      return this.#audience.tell({ ...BLANK, phase: unclaimed(error.trouble), alerts })
    }
    const turn = new Turn(this.#state, { now: clock.now(), random })
    for (const id of this.#state.joins.keys()) turn.guarded(() => knockAt(turn, id))
    this.#settle(turn)
    this.#audience.now()
    this.#queue({ event: { type: 'tick' } }) // what fell due while no page was open
  }

  /** Queues an event; resolves with whether it was committed (a refused commit has changed nothing). */
  dispatch(event: Event): Promise<boolean> {
    if (event.type === 'present') this.#present = event.here
    if (event.type === 'online') this.#online = event.online
    if (event.type === 'settings') this.#settings = event.settings
    return new Promise((done) => this.#queue({ event, done }))
  }

  #read(read: () => Promise<Event | undefined>): void {
    this.#queue({ read })
  }

  online(online: boolean): void {
    if (online) this.#deps.rendezvous.nudge()
    void this.dispatch({ type: 'online', online })
  }

  nudge(): void {
    if (!this.#state) return
    this.#deps.rendezvous.nudge()
    for (const type of ['tick', 'nudge'] as const) this.#queue({ event: { type } })
  }

  /** The page goes: best effort, synchronous. */
  leave(): void {
    for (const { live } of this.#state?.links.values() ?? []) {
      if (live) this.#channels.hangUp({ peer: live.peer, bye: live.session })
    }
    this.#alarm.stop()
    this.#audience.forget()
    eraseGone(this.#state, undefined)
    this.#state = undefined
    for (const job of this.#jobs.splice(0)) if ('done' in job) job.done?.(false)
    this.#channels.closeAll()
    this.#listening.stop()
  }

  /**
   * Another tab takes the profile over, it is locked or gone: the lines end, and nothing is written from here any more. For another tab
   * the screen is cleared first, and what it gives back (a draft) is kept, if that is quick. What nobody took yet will be said again.
   */
  async lost(phase: Snapshot['phase']): Promise<void> {
    if (phase === 'elsewhere' && this.#state && !this.#audience.muted) {
      this.#audience.tell({ ...BLANK, phase })
      this.#audience.muted = true
      dropFrames(this.#jobs)
      await new Promise<void>((done) => {
        this.#deps.clock.after(LEAVE_WITHIN, done)
        this.#read(() => Promise.resolve(undefined).finally(done))
      })
      if (!this.#audience.muted) return // somebody took it back meanwhile
    }
    this.#end(phase)
  }

  #end(phase: Snapshot['phase']): void {
    this.leave()
    this.#audience.muted = false
    this.#audience.tell({ ...BLANK, phase })
  }

  #queue(job: Job): void {
    this.#jobs.push(job)
    if (!this.#pumping) void this.#pump()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    try {
      for (let job = takeNext(this.#jobs); job; job = takeNext(this.#jobs)) {
        await this.#do(job)
        if (this.#jobs.length === 0 || this.#audience.isLate(this.#deps.clock.now())) this.#audience.now()
      }
    } finally {
      this.#pumping = false
    }
  }

  /** A fault in one job is reported, and neither stops the queue nor leaves anybody waiting. */
  async #do(job: Job): Promise<void> {
    let committed = false
    try {
      const event = await this.#eventOf(job)
      committed = event ? await this.#take(event) : false
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
    if (!('done' in job)) return
    this.#audience.now()
    job.done?.(committed)
  }

  async #eventOf(job: Job): Promise<Event | undefined> {
    if (!this.#state) return undefined
    if ('event' in job) return job.event
    try {
      return 'read' in job ? await job.read() : await this.#readFrames(job.peer, job.bytes)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#storageTrouble(error, 'peer' in job ? job.peer : undefined)
      return undefined
    }
  }

  /** Opens this frame and those of the same channel queued right behind it: one turn, one commit, one receipt. */
  async #readFrames(peer: number, first: Bytes): Promise<Event | undefined> {
    const state = this.#state
    // The first frame of a session decides whose it is: only then can what follows be looked up among their messages.
    const live = state && liveOfPeer(state, peer)
    const next = () => (live ? takeFrame(this.#jobs, peer) : undefined)
    const { frames, broken } = openFrames(state && sessionOf(state, peer), first, next)
    if (broken) this.#hangUpBroken(peer)
    const id = state && linkOfPeer(state, peer)?.id
    if (!state || id === undefined || frames.length === 0) return undefined
    const { history, clock } = this.#deps
    return { type: 'frames', peer, ...(await withKnown(history, state, id, { frames, live, now: clock.now() })) }
  }

  #hangUpBroken(peer: number): void {
    this.#channels.hangUp({ peer })
    while (takeFrame(this.#jobs, peer)); // not looked at
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
        this.#storageTrouble(error, 'peer' in event ? event.peer : undefined)
        return false
      }
      turn.patch({ alerts: turn.state.alerts.filter((a) => !isStorageTrouble(a)) })
    }
    // Unless another tab took over while the commit was under way. Nothing but the time changes what is told of an idle turn.
    if (this.#state === before && (event.type === 'tick' || !turn.isIdle)) this.#settle(turn, isNews(before, event))
    return true
  }

  /** What could not be kept must not be acknowledged: the other side sends it again on the next line. */
  #storageTrouble(error: StorageError, peer: number | undefined): void {
    if (phaseOf(error.trouble) !== 'no-storage') return this.#end(phaseOf(error.trouble))
    if (!this.#state) return
    if (peer !== undefined) this.#hangUpBroken(peer)
    if (error.trouble === 'known') return // one id twice in one session: on the next line it is looked up
    const turn = new Turn(this.#state, { now: this.#deps.clock.now(), random: this.#deps.random })
    const kind = error.trouble === 'full' ? 'storage-full' : 'storage-failed'
    turn.alert({ id: kind, kind })
    this.#settle(turn)
  }

  /** The turn counts: its state becomes the state, its effects run. Of `news` the screen is told before, else once nothing waits. */
  #settle(turn: Turn, news = false): void {
    const before = this.#state
    this.#state = turn.state
    const now = this.#deps.clock.now()
    this.#audience.later(() => wholeViewOf(turn.state, this.#deps.clock.now()), now)
    if (news) this.#audience.now()
    for (const effect of turn.effects) this.#run(effect)
    eraseGone(before, turn.state)
    this.#listening.follow(turn.state, now)
    this.#alarm.set(turn.state)
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'dial':
        return this.#channels.dial(effect, this.#state?.settings.iceServers ?? [])
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
      case 'take-back':
        return this.#deps.rendezvous.takeBack(effect.topics)
      case 'show':
        // Unless somebody went elsewhere meanwhile.
        return this.#state?.open?.id === effect.contactId ? this.show(effect.contactId, 'end') : undefined
      default:
        return this.#read(() => readFor(this.#deps.history, effect))
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
    if (event.type === 'frame') {
      if (this.#audience.muted) return
      const waiting = waitingBytes(this.#jobs, peer)
      return waiting > MAX_INCOMING ? this.#hangUpBroken(peer) : this.#queue({ peer, bytes: event.bytes })
    }
    this.#queue({ event: { ...event, peer } })
  }

  show(contactId: string, spot?: Spot): void {
    this.#read(() => readWindow(this.#deps.history, this.#state, contactId, spot))
  }
  showMore(end: 'earlier' | 'later'): void {
    this.#read(() => readMore(this.#deps.history, this.#state, end))
  }
}
