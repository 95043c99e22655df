/**
 * The first thing on the screen, before the engine is there: reads the profile, shows what is in it, then fetches the engine
 * (handshake, ratchet, relays) and hands over. What a person does meanwhile waits for it. Locks and unlocks the profile.
 */
import type { Keyring, LockActions, LockChange, LockKept, Told, Unlocking } from './keyring.ts'
import type { Move } from './move-view.ts'
import type { Mover, Moving } from './moving.ts'
import type { Clock, History, Loaded, Search } from './ports.ts'
import { StorageError } from './ports.ts'
import type { Actions, Snapshot } from './snapshot.ts'
import { UNKNOWN } from './offers.ts'
import { BLANK, NOBODY, phaseOf, stateFrom, unclaimed } from './start.ts'
import { viewOf } from './view.ts'

/** What is still to be written gets so long when the page is locked: a disk that hangs must not keep it open. */
const REST_MS = 1_000

/** What the engine does; the rest is done here. */
export type EngineActions = Omit<Actions, keyof LockActions | 'mover' | keyof Search>

/** The engine as the front sees it. */
export type Engine = {
  readonly actions: EngineActions
  subscribe(on: (snapshot: Snapshot) => void): () => void
  /** Begins with a profile that is already claimed. */
  start(claimed: Loaded): Promise<void>
  /** Resolves once all that was asked of it so far is done, and on disk. */
  rest(): Promise<unknown>
  /** A line to another device, beside those of the chats; undefined without a profile. */
  move(): Promise<Move | undefined>
  /** Another tab took the profile over, it is locked, or there is none any more. */
  lost(phase: Snapshot['phase']): Promise<void>
}

export type FrontDeps = {
  readonly history: History
  readonly keyring: Keyring
  readonly search: Search
  readonly moving: () => Promise<Moving>
  /** Takes everything out of this browser, and this page to another; false: there is none. */
  readonly erase: () => Promise<boolean>
  readonly clock: Clock
  /** Fetches and builds the engine; called once. Undefined: it could not be fetched. */
  readonly loadEngine: () => Promise<Engine | undefined>
  /** What the page was opened for needs the engine: it is fetched while the profile is read, not once the first screen is up. */
  readonly eager?: boolean
}

export class Front {
  readonly #deps: FrontDeps
  readonly #listeners = new Set<(snapshot: Snapshot) => void>()
  /** Resolves once the engine runs; a new one each time the profile is unlocked. */
  #engine!: Promise<Engine>
  #arrived: (engine: Engine) => void = () => undefined
  #here: Engine | undefined
  /** Claimed, and not yet given to the engine. */
  #claimed: Loaded | undefined
  /** From the moment it is locked, or a backup takes its place: nothing that the engine still says is shown. */
  #locked = false
  #locking: Promise<unknown> = Promise.resolve()
  #running = false
  #last: Snapshot = BLANK
  #asked: () => void = () => undefined

  constructor(deps: FrontDeps) {
    this.#deps = deps
    this.#await()
  }

  readonly initial: Snapshot = BLANK

  subscribe(on: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(on)
    return () => this.#listeners.delete(on)
  }

  /** Claims the profile, shows it, with the engine beside or after it. Ends once the engine runs, or in phase `locked`, `elsewhere`,
   * `no-storage` or `unfetched`. */
  async start(): Promise<void> {
    const { loadEngine, eager } = this.#deps
    const early = eager ? loadEngine() : undefined
    await this.#claim()
    const engine = await (early ?? loadEngine())
    // Fetched once more it would fail once more: browsers remember. Another page may find it, where a new version lies.
    if (!engine) return this.#emit({ ...BLANK, phase: 'unfetched' })
    engine.subscribe((snapshot) => {
      if (!this.#locked) this.#emit(snapshot)
    })
    this.#here = engine
    await this.#handOver()
  }

  /** After everything was erased: says that nothing is here, keeps nothing and fetches nothing until somebody wants something. */
  async startWhenAsked(): Promise<void> {
    this.#emit({ ...BLANK, phase: 'ready', alerts: [{ id: 'erased', kind: 'erased' }] })
    await new Promise<void>((asked) => (this.#asked = asked))
    await this.start()
  }

  async #claim(): Promise<void> {
    const { history, clock } = this.#deps
    try {
      const loaded = await history.claim((why) => this.#lost(phaseOf(why)))
      this.#claimed = loaded
      this.#emit(viewOf(stateFrom(loaded, loaded.profile ?? NOBODY, UNKNOWN, [], clock.now()), clock.now()))
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#locked = error.trouble === 'locked' || error.trouble === 'restoring'
      this.#emit({ ...BLANK, phase: unclaimed(error.trouble) })
    }
  }

  async #lost(phase: Snapshot['phase']): Promise<void> {
    this.#claimed = undefined
    if (this.#last.phase === 'restoring') {
      this.#locked = false
      void this.#handOver()
    }
    if (this.#here) await this.#here.lost(phase)
    else this.#emit({ ...BLANK, phase })
  }

  /** Once both are there, the profile and the engine. */
  async #handOver(): Promise<void> {
    const [engine, loaded] = [this.#here, this.#claimed]
    if (!engine || this.#locked) return
    this.#claimed = undefined
    if (loaded) await engine.start(loaded)
    this.#running = true
    this.#arrived(engine)
  }

  #await(): void {
    this.#running = false
    this.#engine = new Promise((resolve) => (this.#arrived = resolve))
  }

  #emit(snapshot: Snapshot): void {
    this.#last = { ...snapshot, sealed: this.#deps.keyring.sealed }
    for (const on of this.#listeners) on(this.#last)
  }

  async #unlock(by: (keyring: Keyring) => Promise<Unlocking>): Promise<Unlocking> {
    await this.#locking
    const outcome = await by(this.#deps.keyring)
    if (!outcome.ok && outcome.why === 'spent') await this.#erase()
    if (outcome.ok && this.#last.phase === 'locked') await this.#begin()
    return outcome
  }

  /** Anew, with what is on disk now. */
  async #begin(): Promise<void> {
    if (this.#running) this.#await()
    this.#locked = false
    await this.#claim()
    await this.#handOver()
  }

  /** The page says nothing more at once; then what was asked before is kept, the lines end, and the keys go. */
  async #lock(): Promise<void> {
    if (this.#last.phase !== 'ready' || !this.#deps.keyring.sealed) return
    this.#locking = this.#rest('locked').then(() => this.#deps.keyring.lock())
    await this.#locking
  }

  /** Shows nothing but that; the engine ends what it was asked for, and lets go of the profile. */
  async #rest(phase: Snapshot['phase']): Promise<void> {
    this.#locked = true
    this.#claimed = undefined
    this.#emit({ ...BLANK, phase })
    // Behind what the screen asked for when it was taken away: a draft.
    if (this.#running) await this.#engine
    if (!this.#here) return
    await Promise.race([this.#here.rest(), this.#pause(REST_MS)])
    await this.#here.lost('locked')
  }

  async #erase(): Promise<void> {
    this.#locked = true
    this.#claimed = undefined
    this.#emit({ ...BLANK, phase: 'starting' })
    await this.#here?.lost('locked')
    if (!(await this.#deps.erase())) this.#emit({ ...BLANK, phase: 'erased' })
  }

  #pause(ms: number): Promise<void> {
    return new Promise((due) => this.#deps.clock.after(ms, due))
  }

  async #changeLock(change: LockChange, told?: Told): Promise<LockKept> {
    try {
      const said = await this.#deps.keyring.changeLock(change, told)
      if (said !== undefined && said !== 'older') return said
      this.#emit(this.#last)
      return said ?? true
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      if (error.trouble === 'full') return 'full'
      return error.trouble === 'known' ? 'taken' : false
    }
  }

  async #mover(): Promise<Mover> {
    this.#asked()
    if (this.#last.phase === 'ready') await this.#engine
    return {
      moving: await this.#deps.moving(),
      snapshot: () => this.#last,
      hold: () => this.#rest('restoring'),
      begin: () => this.#begin(),
      move: async () => await (await this.#engine).move(),
    }
  }

  /** The engine's actions; what is asked of it before it is there is done as soon as it is. */
  get actions(): Actions {
    // At once where it can be: the screen may be going, and with it the time in which a draft can be kept.
    const tell = (act: (actions: EngineActions) => void): void =>
      this.#here && this.#running ? act(this.#here.actions) : void this.#engine.then((engine) => act(engine.actions))
    const ask = async <T>(act: (actions: EngineActions) => Promise<T>): Promise<T> => {
      this.#asked()
      return act((await this.#engine).actions)
    }
    return {
      startChat: () => ask((a) => a.startChat()),
      withdraw: (id) => tell((a) => a.withdraw(id)),
      forget: (id) => tell((a) => a.forget(id)),
      openLink: (fragment) => ask((a) => a.openLink(fragment)),
      join: (id) => tell((a) => a.join(id)),
      openChat: (id, spot) => tell((a) => a.openChat(id, spot)),
      closeChat: () => tell((a) => a.closeChat()),
      present: (here) => tell((a) => a.present(here)),
      loadMore: (end) => tell((a) => a.loadMore(end)),
      send: (id, text) => ask((a) => a.send(id, text)),
      setDraft: (id, text) => tell((a) => a.setDraft(id, text)),
      setName: (name) => void ask((a) => Promise.resolve(a.setName(name))),
      setReadReceipts: (on) => ask((a) => a.setReadReceipts(on)),
      declineInstall: () => tell((a) => a.declineInstall()),
      setAutoLock: (change) => ask((a) => a.setAutoLock(change)),
      sendAgain: (id) => tell((a) => a.sendAgain(id)),
      discard: (id) => tell((a) => a.discard(id)),
      deleteMessage: (id) => tell((a) => a.deleteMessage(id)),
      setKeepFor: (id, seconds) => ask((a) => a.setKeepFor(id, seconds)),
      setTimer: (id, act) => ask((a) => a.setTimer(id, act)),
      clearChat: (id) => tell((a) => a.clearChat(id)),
      setHideIp: (on) => ask((a) => a.setHideIp(on)),
      setServers: (kind, text) => ask((a) => a.setServers(kind, text)),
      testConnection: () => ask((a) => a.testConnection()),
      setContactHideIp: (id, on) => tell((a) => a.setContactHideIp(id, on)),
      rename: (id, name) => tell((a) => a.rename(id, name)),
      removeContact: (id) => tell((a) => a.removeContact(id)),
      retry: (id) => tell((a) => a.retry(id)),
      byHand: (act) => tell((a) => a.byHand(act)),
      safety: (id) => this.#here?.actions.safety(id),
      markVerified: (id, verified) => tell((a) => a.markVerified(id, verified)),
      scanned: (id, payload) => ask((a) => a.scanned(id, payload)),
      letRecover: (id) => tell((a) => a.letRecover(id)),
      stop: (id) => tell((a) => a.stop(id)),
      dismissHint: (id) => tell((a) => a.dismissHint(id)),
      dismissAlert: (id) => tell((a) => a.dismissAlert(id)),
      takeOver: () => ask((a) => a.takeOver()),
      comeBack: () => ask((a) => a.comeBack()),
      search: (query, on) => this.#deps.search.search(query, on),
      unlock: (passphrase) => this.#unlock((keyring) => keyring.unlock(passphrase)),
      unlockByPasskey: () => this.#unlock((keyring) => keyring.unlockByPasskey()),
      changeLock: (change, told) => this.#changeLock(change, told),
      lockFacts: () => this.#deps.keyring.lockFacts(),
      lock: () => this.#lock(),
      erase: () => this.#erase(),
      mover: () => this.#mover(),
    }
  }
}
