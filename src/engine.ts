/** Builds what talks to the world: relays, channels, the messenger. Fetched once the first screen is up. */
import { makeActions } from './chat/actions.ts'
import type { Engine } from './chat/front.ts'
import { Messenger } from './chat/messenger.ts'
import type { History, IceServer, Offered, Random } from './chat/ports.ts'
import type { Alert } from './chat/snapshot.ts'
import { makeClock } from './net/clock.ts'
import { loadConfig } from './net/config.ts'
import type { ConfigProblem } from './net/config.ts'
import { makePeerFactory } from './net/peer.ts'
import { makeServers } from './net/servers.ts'
import { followTurn, loadTurn, problemsOf, usable } from './net/turn-file.ts'
import { makeNostrRendezvous } from './net/rendezvous/nostr.ts'
import { warmUp, warmUpKem, WARM_UP_ENTROPY_BYTES } from './protocol/primitives.ts'

/** The first ML-KEM key and the first signature cost tens of ms in a cold page: paid while the person reads, a relay is waited for, or ICE. */
const WARM_UP_AFTER_MS = 200

/** What was said is looked through once everything else has had its turn. */
const CHECK_AFTER_MS = 5_000

export async function makeEngine(deps: {
  readonly history: History
  readonly random: Random
  readonly base: string
}): Promise<Engine> {
  const { history, random, base } = deps
  const [config, turn] = await Promise.all([loadConfig(base), loadTurn(base)])
  const { settings, problems, serverTime } = config
  const clockOff = serverTime === undefined ? undefined : serverTime - Date.now()
  const clock = makeClock(clockOff ?? 0)
  const alerts = [
    ...problems.map((p) => alertOf('config.json', p)),
    ...(turn ? problemsOf(turn, clock.now()) : []).map((p) => alertOf('turn.json', p)),
  ]
  const withTurn = (lent: readonly IceServer[]): Offered => ({ ...settings, lent })
  const cold = new Set([warmUpKem, warmUp])
  const warm = (run: typeof warmUp): void => {
    if (cold.delete(run)) run(random(WARM_UP_ENTROPY_BYTES))
  }
  const warmAll = (): void => warm(warmUp)
  const rendezvous = () => makeNostrRendezvous({ random, clock, base, waits: warmAll })
  // ICE takes about as long as the first key does.
  const peers = makePeerFactory({ clock, waits: () => cold.has(warmUp) && warm(warmUpKem) })
  const messenger = new Messenger({
    rendezvous: rendezvous(),
    peers,
    history,
    clock,
    random,
    settings: withTurn(usable(turn?.servers ?? [], clock.now())),
    clockOff,
    alerts,
  })
  followPage(messenger)
  followTurn({ base, clock, random }, turn, (servers) => {
    void messenger.dispatch({ type: 'settings', settings: withTurn(servers) })
  })
  setTimeout(warmAll, WARM_UP_AFTER_MS)
  return {
    actions: makeActions(messenger, { clock, random, history, servers: makeServers({ clock, random, base }) }),
    subscribe: (on) => messenger.subscribe(on),
    async start(claimed) {
      await messenger.start(claimed)
      setTimeout(() => void lookThrough(history, messenger), CHECK_AFTER_MS)
    },
    // What comes behind all others in the queue; and it is so.
    rest: () => messenger.dispatch({ type: 'present', here: false }),
    async move() {
      const { makeMove } = await import('./chat/move.ts')
      return messenger.state && makeMove(messenger.state, { rendezvous, peers, clock, random })
    },
    lost: (phase) => messenger.lost(phase),
  }
}

/** Tells where something of what was said is missing. A page that lost its profile meanwhile has nothing to tell. */
async function lookThrough(history: History, messenger: Messenger): Promise<void> {
  const fits = await history.check().catch(() => true)
  if (!fits) await messenger.dispatch({ type: 'damaged' })
}

function alertOf(file: string, { key, reason }: ConfigProblem): Alert {
  return { id: `${file} ${key}`, kind: 'config', file, key, reason }
}

/** What the page tells: network, visibility, the end. */
function followPage(messenger: Messenger): void {
  if (!navigator.onLine) messenger.online(false)
  addEventListener('online', () => messenger.online(true))
  addEventListener('offline', () => messenger.online(false))
  addEventListener('pagehide', () => messenger.leave())
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return
    messenger.online(navigator.onLine)
    void messenger.start()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') messenger.nudge()
  })
}
