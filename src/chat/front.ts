/**
 * The first thing on the screen, before the engine is there: reads the profile, shows what is in it, then fetches the engine
 * (handshake, ratchet, relays) and hands over. What a person does meanwhile waits for it.
 */
import type { Clock, History, Loaded } from './ports.ts'
import { StorageError } from './ports.ts'
import type { Actions, Snapshot } from './snapshot.ts'
import { UNKNOWN } from './offers.ts'
import { BLANK, NOBODY, stateFrom } from './start.ts'
import { viewOf } from './view.ts'

/** The engine as the front sees it. */
export type Engine = {
  readonly actions: Actions
  subscribe(on: (snapshot: Snapshot) => void): () => void
  /** Begins with a profile that is already claimed. */
  start(claimed: Loaded): Promise<void>
  /** Another tab took the profile over. */
  lost(): void
}

export type FrontDeps = {
  readonly history: History
  readonly clock: Clock
  /** Fetches and builds the engine; called once. Undefined: it could not be fetched. */
  readonly loadEngine: () => Promise<Engine | undefined>
  /** What the page was opened for needs the engine: it is fetched while the profile is read, not once the first screen is up. */
  readonly eager?: boolean
}

export class Front {
  readonly #deps: FrontDeps
  readonly #listeners = new Set<(snapshot: Snapshot) => void>()
  readonly #engine: Promise<Engine>
  #arrived: (engine: Engine) => void = () => undefined
  #here: Engine | undefined

  constructor(deps: FrontDeps) {
    this.#deps = deps
    this.#engine = new Promise((resolve) => (this.#arrived = resolve))
  }

  readonly initial: Snapshot = BLANK

  subscribe(on: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(on)
    return () => this.#listeners.delete(on)
  }

  /** Claims the profile, shows it, with the engine beside or after it. Ends once the engine runs, or in phase `elsewhere`,
   * `no-storage` or `unfetched`. */
  async start(): Promise<void> {
    const { history, clock, loadEngine, eager } = this.#deps
    const early = eager ? loadEngine() : undefined
    let ours = true
    let loaded: Loaded | undefined
    try {
      loaded = await history.claim(() => {
        ours = false
        if (this.#here) this.#here.lost()
        else this.#emit({ ...BLANK, phase: 'elsewhere' })
      })
      this.#emit(viewOf(stateFrom(loaded, loaded.profile ?? NOBODY, UNKNOWN, [], clock.now()), clock.now()))
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#emit({ ...BLANK, phase: error.trouble === 'fenced' ? 'elsewhere' : 'no-storage' })
    }
    const engine = await (early ?? loadEngine())
    // Fetched once more it would fail once more: browsers remember. Another page may find it, where a new version lies.
    if (!engine) return this.#emit({ ...BLANK, phase: 'unfetched' })
    engine.subscribe((snapshot) => this.#emit(snapshot))
    this.#here = engine
    if (ours && loaded) await engine.start(loaded)
    this.#arrived(engine)
  }

  #emit(snapshot: Snapshot): void {
    for (const on of this.#listeners) on(snapshot)
  }

  /** The engine's actions; what is asked of it before it is there is done as soon as it is. */
  get actions(): Actions {
    const tell = (act: (actions: Actions) => void): void => void this.#engine.then((engine) => act(engine.actions))
    const ask = async <T>(act: (actions: Actions) => Promise<T>): Promise<T> => act((await this.#engine).actions)
    return {
      startChat: () => ask((a) => a.startChat()),
      withdraw: (id) => tell((a) => a.withdraw(id)),
      forget: (id) => tell((a) => a.forget(id)),
      openLink: (fragment) => ask((a) => a.openLink(fragment)),
      join: (id) => tell((a) => a.join(id)),
      openChat: (id) => tell((a) => a.openChat(id)),
      closeChat: () => tell((a) => a.closeChat()),
      present: (here) => tell((a) => a.present(here)),
      loadEarlier: () => tell((a) => a.loadEarlier()),
      send: (id, text) => ask((a) => a.send(id, text)),
      setDraft: (id, text) => tell((a) => a.setDraft(id, text)),
      setName: (name) => tell((a) => a.setName(name)),
      setReadReceipts: (on) => ask((a) => a.setReadReceipts(on)),
      sendAgain: (id) => tell((a) => a.sendAgain(id)),
      discard: (id) => tell((a) => a.discard(id)),
      setHideIp: (on) => ask((a) => a.setHideIp(on)),
      publicRelays: () => this.#here?.actions.publicRelays() ?? [],
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
    }
  }
}
