/** Builds the adapters, hands them to the messenger, mounts the screen. No logic of its own. */
import { makeActions } from './chat/actions.ts'
import { Messenger } from './chat/messenger.ts'
import type { Alert } from './chat/snapshot.ts'
import { makeClock } from './net/clock.ts'
import { loadConfig } from './net/config.ts'
import { makePeerFactory } from './net/peer.ts'
import { makeNostrRendezvous } from './net/rendezvous/nostr.ts'
import { warmUp, WARM_UP_ENTROPY_BYTES } from './protocol/primitives.ts'
import { mount } from './screen/App.tsx'
import { makeHistory } from './storage/history.ts'
import type { Bytes } from './protocol/bytes.ts'

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

async function begin(root: HTMLElement): Promise<void> {
  const { settings, problems, serverTime } = await loadConfig(document.baseURI)
  const clock = makeClock(serverTime === undefined ? 0 : serverTime - Date.now())
  const alerts = problems.map((p): Alert => ({ id: `config-${p.key}`, kind: 'config', key: p.key, reason: p.reason }))
  const messenger = new Messenger({
    rendezvous: makeNostrRendezvous({ random, clock, base: document.baseURI }),
    peers: makePeerFactory({ clock }),
    history: makeHistory({ random }),
    clock,
    random,
    settings,
    alerts,
  })
  mount(root, {
    initial: messenger.snapshot,
    subscribe: (on) => messenger.subscribe(on),
    actions: makeActions(messenger, { clock, random }),
    build: __BUILD__,
  })
  addEventListener('online', () => messenger.online(true))
  addEventListener('offline', () => messenger.online(false))
  addEventListener('pagehide', () => messenger.leave())
  addEventListener('pageshow', (event) => {
    if (event.persisted) void messenger.start()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') messenger.nudge()
  })
  await messenger.start()
  // The first ML-KEM key and the first signature cost tens of ms in a cold page: pay while the person reads.
  setTimeout(() => warmUp(random(WARM_UP_ENTROPY_BYTES)), 200)
}

const root = document.getElementById('app')
if (root && isSecureContext) void begin(root)
