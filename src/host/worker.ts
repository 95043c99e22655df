/**
 * The service worker (`sw.js`): keeps whole builds, each checked by its hashes, and serves the one that the person chose,
 * with and without a network. A newer build is fetched and kept beside it, and used only when asked. Stands alone: the
 * build puts the constants in and takes the types out. Takes what the share sheet of the device gives to the app, too.
 */

/** Integrity by path, of every file of this build that a page may ask for; the page itself is `./`. */
export type Files = Readonly<Record<string, string>>

declare const __FILES__: Files
declare const __BUILD__: string

type Waits = Event & { waitUntil(work: Promise<unknown>): void }
type Asks = Waits & { readonly request: Request; respondWith(answer: Promise<Response>): void }
type Says = Waits & { readonly data: unknown; readonly ports: readonly MessagePort[] }
type Worker = {
  readonly registration: { readonly scope: string }
  readonly clients: { claim(): Promise<void>; matchAll(): Promise<readonly { postMessage(data: unknown): void }[]> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', on: (event: Waits) => void): void
  addEventListener(type: 'fetch', on: (event: Asks) => void): void
  addEventListener(type: 'message', on: (event: Says) => void): void
}

const worker = globalThis as unknown as Worker
/** Other apps may live on the same origin, in folders of their own. */
const PREFIX = `sotto ${new URL(worker.registration.scope).pathname} `
/** Which build is served; `net/host-file.ts` keeps here what the host said last. */
const NOTES = `${PREFIX}notes`
const CHOSEN = new URL('chosen', worker.registration.scope).href
const PAGES = ['./', 'index.html'].map((file) => new URL(file, worker.registration.scope).href)
const OF_THE_HOST = ['config.json', 'turn.json'].map((file) => new URL(file, worker.registration.scope).href)

/** `fromBuild` adds where to share to, so that only an app with this worker is offered: any other would post it to the host. */
const MANIFEST = new URL('manifest.webmanifest', worker.registration.scope).href
const SHARE = new URL('share', worker.registration.scope).href
/** Of a form's bytes, of which a text of 15,000 takes three times as many at most. */
const MAX_SHARED = 65_536
/** What was shared last, as the form that it came in, until the page that it opens asks for it. Never on disk. */
let shared: string | undefined

worker.addEventListener('install', (event) => event.waitUntil(keep()))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('message', (event) => event.waitUntil(answer(event)))
worker.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'POST' && request.mode === 'navigate' && request.url === SHARE)
    return event.respondWith(takeShared(request))
  if (request.method !== 'GET' || !request.url.startsWith(worker.registration.scope)) return
  // Other pages below this one are not ours.
  if (request.mode === 'navigate' && !PAGES.includes(request.url.replace(/[?#].*/, ''))) return
  // The page itself keeps what they said last.
  if (!OF_THE_HOST.includes(request.url)) event.respondWith(fromBuild(request))
})

/** All of this build or nothing of it. This worker serves the chosen build too, so it need not wait for the old one. */
async function keep(): Promise<void> {
  const name = PREFIX + __BUILD__
  const cache = await caches.open(name)
  try {
    await Promise.all(
      Object.entries(__FILES__).map(async ([path, integrity]) => {
        const request = new Request(path, { integrity, cache: 'no-cache', credentials: 'omit' })
        const response = await fetch(request)
        if (!response.ok) throw new Error(`${path}: ${response.status}`)
        await cache.put(request.url, response)
      }),
    )
  } catch (error) {
    await caches.delete(name)
    throw error
  }
  const chosen = (await chosenBuild()) ?? (await choose())
  await forgetAllBut(chosen)
  await worker.skipWaiting()
}

async function chosenBuild(): Promise<string | undefined> {
  const note = await fromCache(NOTES, CHOSEN)
  const build = await note?.text()
  return build !== undefined && (await caches.has(PREFIX + build)) ? build : undefined
}

/** Opens no cache that is not there: that would make one where everything was erased. */
async function fromCache(name: string, url: string): Promise<Response | undefined> {
  return (await caches.has(name)) ? await (await caches.open(name)).match(url) : undefined
}

async function choose(): Promise<string> {
  await (await caches.open(NOTES)).put(CHOSEN, new Response(__BUILD__))
  return __BUILD__
}

async function forgetAllBut(chosen: string): Promise<void> {
  const kept = [NOTES, PREFIX + chosen, PREFIX + __BUILD__]
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && !kept.includes(name))
  await Promise.all(others.map((name) => caches.delete(name)))
}

async function fromBuild(request: Request): Promise<Response> {
  const url = request.mode === 'navigate' ? worker.registration.scope : request.url
  const name = PREFIX + ((await chosenBuild()) ?? __BUILD__)
  const kept = await fromCache(name, url)
  return kept && url === MANIFEST ? shareable(kept) : (kept ?? fetch(request))
}

async function shareable(manifest: Response): Promise<Response> {
  const enctype = 'application/x-www-form-urlencoded'
  const params = { title: 'title', text: 'text', url: 'url' }
  const share_target = { action: './share', method: 'POST', enctype, params }
  const all = { ...((await manifest.json()) as object), share_target }
  return Response.json(all, { headers: { 'content-type': 'application/manifest+json' } })
}

/** Anybody's page may post here: what it says is shown to the person, who decides. Empty: it was too much. */
async function takeShared(request: Request): Promise<Response> {
  const body = await request.blob()
  shared = body.size > MAX_SHARED ? '' : await body.text()
  return Response.redirect(`${worker.registration.scope}#/share`, 303)
}

/** `which`: the newest build that is kept. `shared`: what was, once. `use`: serve that build, and have every page of this site begin anew. */
async function answer({ data, ports }: Says): Promise<void> {
  if (data === 'which') ports[0]?.postMessage(__BUILD__)
  if (data === 'shared') {
    ports[0]?.postMessage(shared)
    shared = undefined
  }
  if (data !== 'use') return
  await forgetAllBut(await choose())
  for (const client of await worker.clients.matchAll()) client.postMessage('begin anew')
}
