/** Builds what talks to the world: relays, channels, the messenger. Fetched once the first screen is up. */
import { makeActions } from './chat/actions.ts'
import type { Engine } from './chat/front.ts'
import { Messenger } from './chat/messenger.ts'
import type { History, Random } from './chat/ports.ts'
import type { Alert } from './chat/snapshot.ts'
import { makeClock } from './net/clock.ts'
import { loadConfig } from './net/config.ts'
import { makePeerFactory } from './net/peer.ts'
import { makeNostrRendezvous } from './net/rendezvous/nostr.ts'
import { warmUp, WARM_UP_ENTROPY_BYTES } from './protocol/primitives.ts'

/** The first ML-KEM key and the first signature cost tens of ms in a cold page: pay while the person reads. */
const WARM_UP_AFTER_MS = 200

export async function makeEngine(deps: {
  readonly history: History
  readonly random: Random
  readonly base: string
}): Promise<Engine> {
  const { history, random, base } = deps
  const { settings, problems, serverTime } = await loadConfig(base)
  const clock = makeClock(serverTime === undefined ? 0 : serverTime - Date.now())
  const alerts = problems.map((p): Alert => ({ id: `config-${p.key}`, kind: 'config', key: p.key, reason: p.reason }))
  const rendezvous = makeNostrRendezvous({ random, clock, base })
  const messenger = new Messenger({
    rendezvous,
    peers: makePeerFactory({ clock }),
    history,
    clock,
    random,
    settings,
    alerts,
  })
  followPage(messenger)
  setTimeout(() => warmUp(random(WARM_UP_ENTROPY_BYTES)), WARM_UP_AFTER_MS)
  return {
    actions: makeActions(messenger, { clock, random }),
    subscribe: (on) => messenger.subscribe(on),
    async start(claimed) {
      await messenger.start(claimed)
      if (!navigator.onLine) messenger.online(false)
    },
    lost: () => messenger.lost(),
  }
}

/** What the page tells: network, visibility, the end. */
function followPage(messenger: Messenger): void {
  addEventListener('online', () => messenger.online(true))
  addEventListener('offline', () => messenger.online(false))
  addEventListener('pagehide', () => messenger.leave())
  addEventListener('pageshow', (event) => {
    if (event.persisted) void messenger.start()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') messenger.nudge()
  })
}
