/** What the service worker does with what is shared: the built file, in a context that has the browser's interfaces only. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { expect, test as base } from 'playwright/test'
import { writeWorker } from '../../src/host/offline.ts'

const SCOPE = 'https://chat.example.org/deep/'
const SHARE = `${SCOPE}share`

type Asked = { readonly method?: string; readonly mode?: string; readonly url?: string; readonly body?: string }
type Worker = {
  /** The answer to a request; undefined: the worker leaves it to the network. */
  fetch(asked: Asked): Promise<Response | undefined>
  /** What it says to a question over a port. */
  ask(question: string): Promise<unknown>
}

const test = base.extend<{ worker: Worker }>({
  worker: async ({}, use, testInfo) => {
    const dist = testInfo.outputPath('dist')
    mkdirSync(dist, { recursive: true })
    writeFileSync(join(dist, 'index.html'), '')
    await writeWorker(dist, 'ffff-0000-ffff-0000')
    await use(start(readFileSync(join(dist, 'sw.js'), 'utf8')))
  },
})

function start(code: string): Worker {
  const heard = new Map<string, (event: object) => void>()
  const notAsked = () => Promise.reject(new Error('the worker wrote to a cache, or asked the network'))
  const context = createContext({
    registration: { scope: SCOPE },
    clients: { matchAll: () => Promise.resolve([]) },
    caches: { open: notAsked, has: notAsked, keys: notAsked, delete: notAsked },
    fetch: notAsked,
    addEventListener: (type: string, on: (event: object) => void) => heard.set(type, on),
    URL,
    Response,
  })
  runInContext(code, context)
  return {
    async fetch({ method = 'POST', mode = 'navigate', url = SHARE, body = '' }) {
      let answer: Promise<Response> | undefined
      const request = { method, mode, url, blob: () => Promise.resolve(new Blob([body])) }
      heard.get('fetch')?.({ request, respondWith: (promise: Promise<Response>) => (answer = promise) })
      return answer
    },
    async ask(question) {
      const said: unknown[] = []
      let done: Promise<unknown> | undefined
      const ports = [{ postMessage: (data: unknown) => said.push(data) }]
      heard.get('message')?.({ data: question, ports, waitUntil: (promise: Promise<unknown>) => (done = promise) })
      await done
      expect(said.length).toBe(1)
      return said[0]
    },
  }
}

test('what is shared is kept in memory, and told once to the page that the answer leads to', async ({ worker }) => {
  const answer = await worker.fetch({ body: 'title=&text=low+voice&url=' })
  expect([answer?.status, answer?.headers.get('location')]).toEqual([303, `${SCOPE}#/share`])
  expect(await worker.ask('shared')).toBe('title=&text=low+voice&url=')
  expect(await worker.ask('shared')).toBe(undefined)
})

test('only the newest counts, and one that is too long is known as such and not kept', async ({ worker }) => {
  await worker.fetch({ body: 'text=first' })
  await worker.fetch({ body: 'text=second' })
  expect(await worker.ask('shared')).toBe('text=second')
  await worker.fetch({ body: 'x'.repeat(65_536) })
  expect(await worker.ask('shared')).toBe('x'.repeat(65_536))
  const answer = await worker.fetch({ body: 'x'.repeat(65_537) })
  expect(answer?.status).toBe(303)
  expect(await worker.ask('shared')).toBe('')
})

test('nothing else that is posted is taken', async ({ worker }) => {
  for (const asked of [
    { method: 'PUT' },
    { mode: 'cors' },
    { mode: 'no-cors' },
    { url: `${SHARE}?text=a` },
    { url: `${SHARE}/more` },
    { url: SCOPE },
    { url: 'https://chat.example.org/share' },
  ])
    expect(await worker.fetch({ ...asked, body: 'text=a' }), JSON.stringify(asked)).toBe(undefined)
  expect(await worker.ask('shared')).toBe(undefined)
})

test('of what was shared a word with another meaning is only ever text', async ({ worker }) => {
  await worker.fetch({ body: 'use' })
  expect(await worker.ask('which')).toBe('ffff-0000-ffff-0000')
  expect(await worker.ask('shared')).toBe('use')
})
