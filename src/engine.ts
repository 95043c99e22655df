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
import { warmUp, WARM_UP_ENTROPY_BYTES, WARM_UP_STEPS } from './protocol/primitives.ts'

/** The first ML-KEM key and the table for X25519 cost tens of ms in a cold page: paid while somebody is waited for, or nothing happens. */
const WARM_UP_AFTER_MS = 1_000
/** The candidates of one gathering come within a few ms, and then it waits for 20 ms more. */
const WARM_UP_SOON_MS = 4
/** By then that is over, and the call is on its way. */
const WARM_UP_NEXT_MS = 50

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
  let warmed = 0
  const warm = (steps: number): void => {
    if (warmed < steps) warmUp(random(WARM_UP_ENTROPY_BYTES), warmed++)
  }
  const rendezvous = () => makeNostrRendezvous({ random, clock, base })
  // The end of the candidates is waited for, and then who calls waits for an answer.
  const peers = makePeerFactory({
    clock,
    waits: (initiator) => {
      if (warmed < 1) setTimeout(warm, WARM_UP_SOON_MS, 1)
      if (warmed < 2 && initiator) setTimeout(warm, WARM_UP_NEXT_MS, 2)
    },
  })
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
  // One at a time: what comes meanwhile has its turn in between.
  for (let step = 1; step <= WARM_UP_STEPS; step++) setTimeout(warm, WARM_UP_AFTER_MS + step * WARM_UP_NEXT_MS, step)
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
