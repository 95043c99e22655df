/** Builds the adapters, hands them to the chat, mounts the screen. No logic of its own. */
import { Front } from './chat/front.ts'
import { looksRandom } from './chat/random.ts'
import { makeClock } from './net/clock.ts'
import { keepOffline } from './net/offline.ts'
import type { Bytes } from './protocol/bytes.ts'
import { mount, mountRefusal, type Refusal } from './screen/App.tsx'
import { whenIdle } from './screen/idle.ts'
import { makeHistory } from './storage/history.ts'
import { makeDisk } from './storage/persist.ts'

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

async function begin(root: HTMLElement): Promise<void> {
  const disk = makeDisk()
  const history = makeHistory({ random, committed: () => disk.wrote() })
  const fetchEngine = () => import('./engine.ts').catch(() => undefined)
  const loadEngine = async () => (await fetchEngine())?.makeEngine({ history, random, base: document.baseURI })
  const updates = keepOffline(__BUILD__)
  const erase = async () => await (await import('./erase.ts')).eraseEverything(history)
  history.onErased(() => {
    location.replace('#/erased')
    location.reload()
  })
  // Anybody’s link may say so: only where it is true.
  const isErased = location.hash === '#/erased' && (await history.isEmpty())
  const eager = location.hash.length > '#/'.length
  const stored = { history, keyring: history, moving: history.moving, search: history }
  const front = new Front({ ...stored, erase, clock: makeClock(0), loadEngine, eager })
  mount(root, {
    initial: front.initial,
    subscribe: (on) => front.subscribe(on),
    actions: front.actions,
    disk,
    build: __BUILD__,
    updates,
  })
  // Only this once: the next visit is like any other.
  if (location.hash === '#/erased') globalThis.history.replaceState(null, '', '#/')
  await (isErased ? front.startWhenAsked() : front.start())
  // Neither the development server nor the single file has a worker beside it.
  if (import.meta.env.MODE === 'production') whenIdle(() => updates.start())
}

/** Why nothing may begin here; undefined: it may. Hosts that send no headers cannot keep the page out of a frame; it keeps itself out. */
function refusalOf(): Refusal | undefined {
  if (self !== top) return 'framed'
  if (!isSecureContext) return 'insecure'
  return looksRandom(random) ? undefined : 'noRandom'
}

const root = document.getElementById('app')
const refusal = refusalOf()
if (root && refusal) mountRefusal(root, refusal)
else if (root) void begin(root)
