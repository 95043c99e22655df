import { createServer, request } from 'node:http'
import { finalizeEvent, generateSecretKey, verifyEvent } from 'nostr-tools/pure'
import type { Event } from 'nostr-tools/pure'
import { Relay, useWebSocketImplementation } from 'nostr-tools/relay'
import { expect, test } from 'playwright/test'
import { WebSocket } from 'ws'
import { attachRelay } from '../../src/host/relay.ts'
import { Page, listen, random, startRelay, topic } from './support.ts'

useWebSocketImplementation(WebSocket)

type Embedded = Awaited<ReturnType<typeof startRelay>>
let embedded: Embedded

test.beforeEach(async () => {
  embedded = await startRelay()
})
test.afterEach(async () => {
  await embedded.close()
})

const now = (): number => Math.floor(Date.now() / 1000)

function signed(fields: Partial<Event> = {}): Event {
  const template = { kind: 21059, tags: [['p', topic()]], content: 'x', created_at: now(), ...fields }
  return finalizeEvent(template, generateSecretKey())
}

/** A bare client: every message it gets, as sent. */
async function client(): Promise<{ say(...message: unknown[]): void; heard: unknown[][]; socket: WebSocket }> {
  const socket = new WebSocket(embedded.url)
  const heard: unknown[][] = []
  socket.on('message', (data) => heard.push(JSON.parse((data as Buffer).toString()) as unknown[]))
  await new Promise((resolve) => socket.once('open', resolve))
  return { say: (...message) => socket.send(JSON.stringify(message)), heard, socket }
}

test("a stranger's client subscribes, publishes, and finds our events valid", async () => {
  const t = topic()
  const stranger = await Relay.connect(embedded.url)
  const events: Event[] = []
  let isListening = false
  stranger.subscribe([{ kinds: [21059], '#p': [t] }], {
    onevent: (event) => events.push(event),
    oneose: () => (isListening = true),
  })
  await expect.poll(() => isListening).toBe(true)
  const ours = await new Page().start(embedded.url).listen(t)
  const content = ours.publish([topic(), t])
  await expect.poll(() => events.length).toBe(1)
  expect(verifyEvent(events[0]!)).toBe(true)
  expect(Buffer.from(events[0]!.content, 'base64')).toEqual(Buffer.from(content))
  const bytes = random(40)
  await stranger.publish(signed({ tags: [['p', t]], content: Buffer.from(bytes).toString('base64') }))
  await expect.poll(() => ours.arrived().map((e) => e.content)).toEqual([bytes])
  ours.publish([t])
  await expect.poll(() => events.length).toBe(3)
  expect(new Set(events.map((e) => e.pubkey)).size).toBe(3) // no key twice
  ours.rendezvous.stop()
  stranger.close()
})

test('events are passed on by topic, by author and to nobody else, each once a subscription', async () => {
  const [t, other] = [topic(), topic()]
  const reader = await client()
  const event = signed({
    tags: [
      ['p', t],
      ['p', other],
      ['e', topic()],
    ],
  })
  reader.say('REQ', 'topic', { '#p': [t, other] })
  reader.say('REQ', 'author', { authors: [event.pubkey], kinds: [21059] })
  reader.say('REQ', 'both', { authors: [topic()], '#p': [t] })
  reader.say('REQ', 'kind', { '#p': [t], kinds: [20001] })
  reader.say('REQ', 'past', { '#p': [t], until: 1 })
  reader.say('REQ', 'closed', { '#p': [t] })
  reader.say('CLOSE', 'closed')
  await expect.poll(() => reader.heard.filter((m) => m[0] === 'EOSE').length).toBe(6)
  const writer = await client()
  writer.say('EVENT', { ...event, note: 'not signed' })
  await expect.poll(() => writer.heard).toEqual([['OK', event.id, true, '']])
  await expect
    .poll(() => reader.heard.slice(6))
    .toEqual([
      ['EVENT', 'author', plain(event)],
      ['EVENT', 'topic', plain(event)],
    ])
  writer.say('EVENT', plain(event))
  await expect.poll(() => writer.heard.at(-1)).toEqual(['OK', event.id, true, 'duplicate: already have it'])
  expect(embedded.relay.stats()).toEqual({ sockets: 2, subscriptions: 5, accepted: 1, delivered: 2 })
  reader.socket.close()
  await expect.poll(() => embedded.relay.stats().subscriptions).toBe(0)
})

/** Without the symbol that nostr-tools puts on verified events. */
function plain({ id, pubkey, created_at, kind, tags, content, sig }: Event): object {
  return { id, pubkey, created_at, kind, tags, content, sig }
}

const refusedEvents: Record<string, [Event | object, RegExp]> = {
  'a kind that would have to be kept': [plain(signed({ kind: 1 })), /^blocked:/],
  'a wrong signature': [{ ...plain(signed()), sig: '0'.repeat(128) }, /^invalid:/],
  'an id of other content': [{ ...plain(signed()), content: 'y' }, /^invalid:/],
  'an id that is not the hash': [{ ...plain(signed()), id: topic() }, /^invalid:/],
  'text that is not Unicode': [{ ...plain(signed()), content: '\ud800' }, /^invalid:/],
}

for (const [name, [event, reason]] of Object.entries(refusedEvents)) {
  test(`refuses ${name}`, async () => {
    const writer = await client()
    writer.say('EVENT', event)
    await expect.poll(() => writer.heard).toEqual([['OK', (event as Event).id, false, expect.stringMatching(reason)]])
  })
}

const refusedRequests: Record<string, [unknown[], RegExp]> = {
  'the whole traffic': [[{}], /^restricted:/],
  'a whole kind': [[{ kinds: [21059] }], /^restricted:/],
  'one good and one open filter': [[{ '#p': [topic()] }, { kinds: [21059] }], /^restricted:/],
  'other tags': [[{ '#e': [topic()], '#p': [topic()] }], /^unsupported:/],
  'too many values': [[{ '#p': Array.from({ length: 251 }, topic) }], /^invalid:/],
  'too many values in several filters': [
    [{ '#p': Array.from({ length: 126 }, topic) }, { authors: Array.from({ length: 126 }, topic) }],
    /^invalid:/,
  ],
  'values that are no keys': [[{ '#p': ['x'] }], /^invalid:/],
  'no filter': [[], /^invalid:/],
}

for (const [name, [filters, reason]] of Object.entries(refusedRequests)) {
  test(`closes a request for ${name}`, async () => {
    const reader = await client()
    reader.say('REQ', 's', ...filters)
    await expect.poll(() => reader.heard).toEqual([['CLOSED', 's', expect.stringMatching(reason)]])
    expect(embedded.relay.stats().subscriptions).toBe(0)
  })
}

test('allows 16 subscriptions, and a repeated name replaces', async () => {
  const reader = await client()
  for (let i = 0; i < 17; i++) reader.say('REQ', `s${i}`, { '#p': [topic()] })
  await expect.poll(() => reader.heard.at(-1)).toEqual(['CLOSED', 's16', expect.stringMatching(/^error:/)])
  reader.say('REQ', 's3', { '#p': [topic()] })
  await expect.poll(() => reader.heard.at(-1)).toEqual(['EOSE', 's3'])
  expect(embedded.relay.stats().subscriptions).toBe(16)
})

test('takes 240 events a minute from one socket', async () => {
  const writer = await client()
  const event = signed()
  for (let i = 0; i < 241; i++) writer.say('EVENT', event)
  await expect.poll(() => writer.heard.length).toBe(241)
  expect(writer.heard[239]).toEqual(['OK', event.id, true, expect.stringMatching(/^duplicate:/)])
  expect(writer.heard[240]).toEqual(['OK', event.id, false, expect.stringMatching(/^rate-limited:/)])
})

test('answers nonsense with a notice, cuts off what is too large or too much', async () => {
  const one = await client()
  for (const text of ['', '{}', '[]', '["EVENT"]', '["REQ"]', '["REQ",7,{}]', '["COUNT","s",{}]', '['.repeat(60_000)]) {
    one.socket.send(text)
  }
  one.socket.send(Buffer.from('[]'))
  await expect.poll(() => one.heard.map((m) => m[0])).toEqual(Array.from({ length: 9 }, () => 'NOTICE'))
  one.socket.send('x'.repeat(65 * 1024))
  await expect.poll(() => one.socket.readyState).toBe(3)
  const two = await client()
  for (let i = 0; i < 1_201; i++) two.say('CLOSE', 's')
  await expect.poll(() => two.socket.readyState).toBe(3)
  await expect.poll(() => embedded.relay.stats().sockets).toBe(0)
})

test('a reader that does not read is cut off, the others are not', async () => {
  const t = topic()
  const [slow, reader] = [await client(), await client()]
  for (const one of [slow, reader]) one.say('REQ', 's', { '#p': [t] })
  await expect.poll(() => [slow, reader].map((one) => one.heard.length)).toEqual([1, 1])
  slow.socket.pause()
  const events = Array.from({ length: 240 }, () => signed({ tags: [['p', t]], content: 'x'.repeat(60_000) }))
  const writer = await client()
  for (const event of events) writer.say('EVENT', event)
  await expect.poll(() => reader.heard.length, { timeout: 20_000 }).toBe(241)
  expect(embedded.relay.stats().sockets).toBe(2)
  slow.socket.terminate()
})

test('leaves upgrades to other paths to others, and goes when its server goes', async () => {
  const server = createServer()
  const paths: string[] = []
  server.on('upgrade', (r, socket) => {
    paths.push(r.url ?? '')
    if (r.url === '/hmr') socket.end('HTTP/1.1 418 teapot\r\n\r\n')
  })
  const relay = attachRelay(server, '/relay')
  const { port, close } = await listen(server)
  const upgrade = (path: string): Promise<number> =>
    new Promise((resolve) => {
      const headers = { Connection: 'Upgrade', Upgrade: 'websocket' }
      const r = request({ port, host: '127.0.0.1', path, headers })
      r.on('response', (response) => resolve(response.statusCode ?? 0)).end()
    })
  expect(await upgrade('/hmr')).toBe(418)
  const socket = new WebSocket(`ws://127.0.0.1:${port}/relay?x=1`)
  await expect.poll(() => socket.readyState).toBe(1)
  expect(paths).toEqual(['/hmr', '/relay?x=1'])
  relay.close()
  await expect.poll(() => socket.readyState).toBe(3)
  await close()
})
