import { expect, test } from 'playwright/test'
import type { WebSocket } from 'ws'
import type { Random } from '../../src/chat/ports.ts'
import { Page, obey, random, say, startOddRelay, topic } from './support.ts'
import type { Received } from './support.ts'

type Odd = Awaited<ReturnType<typeof startOddRelay>>

const open: Odd[] = []
const pages: Page[] = []

test.afterEach(async () => {
  for (const page of pages.splice(0)) page.rendezvous.stop()
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function odd(answer: (received: Received) => void, welcome?: (socket: WebSocket) => void): Promise<Odd> {
  const relay = await startOddRelay(answer, welcome)
  open.push(relay)
  return relay
}

function pageAt(relay: Odd): Page {
  const page = new Page()
  pages.push(page)
  page.rendezvous.listen([topic()])
  return page.start(relay.url)
}

const published = (relay: Odd): readonly { id: string; created_at: number }[] =>
  relay.messages.filter((m) => m[0] === 'EVENT').map((m) => m[1] as { id: string; created_at: number })

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

test('a relay that closes at once is tried less and less often', async () => {
  const relay = await odd(
    () => {},
    (socket) => socket.close(),
  )
  const longestJitter: Random = (length) => (length === 4 ? new Uint8Array(4).fill(255) : random(length))
  const page = new Page(longestJitter)
  pages.push(page)
  page.start(relay.url)
  for (const [failures, seconds] of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].entries()) {
    await page.reaches('closed')
    page.clock.advance(seconds * 1_000 - 10)
    expect(page.states().filter((state) => state === 'connecting').length).toBe(failures + 1)
    page.clock.advance(10)
    await expect.poll(() => relay.sockets.length).toBe(failures + 2)
  }
  await page.reaches('closed')
  const { length } = page.states()
  page.rendezvous.listen([topic()]) // and asking for topics meanwhile starts nothing
  page.clock.advance(200_000)
  expect(page.states().length).toBe(length)
})

const garbage: Record<string, readonly (string | Uint8Array)[]> = {
  'no JSON': Array.from({ length: 40 }, () => '{'),
  'JSON that is no message': Array.from({ length: 40 }, () => '["EVENT","s1",{"__proto__":1}]'),
  'binary frames': Array.from({ length: 40 }, () => random(100)),
  'deep nesting': Array.from({ length: 40 }, () => '['.repeat(8_000)),
  'events of another subscription': Array.from({ length: 40 }, () => JSON.stringify(['EVENT', 'other', event()])),
  'events on topics of others': Array.from({ length: 40 }, () => JSON.stringify(['EVENT', 's1', event()])),
  'EOSE for nothing': Array.from({ length: 40 }, () => '["EOSE","nothing"]'),
  'OK for nothing': Array.from({ length: 40 }, () => JSON.stringify(['OK', topic(), true, ''])),
  'one event of 1 MiB': [JSON.stringify(['EVENT', 's1', { ...event(), content: 'A'.repeat(1024 * 1024) }])],
  'well-formed messages without end': Array.from({ length: 700 }, () => '["NOTICE","hello"]'),
}

function event(): object {
  const content = Buffer.from(random(30)).toString('base64')
  return {
    id: topic(),
    pubkey: topic(),
    created_at: 1,
    kind: 21059,
    tags: [['p', topic()]],
    content,
    sig: topic() + topic(),
  }
}

for (const [name, frames] of Object.entries(garbage)) {
  test(`flood of ${name}: ten minutes' rest, whatever nudges`, async () => {
    const relay = await odd(({ socket }) => {
      for (const frame of frames) socket.send(frame)
    })
    const page = pageAt(relay)
    await expect.poll(() => page.states()).toEqual(['connecting', 'open', 'closed'])
    await expect.poll(() => relay.sockets[0]!.readyState).toBe(3)
    page.clock.advance(9 * MINUTE)
    page.rendezvous.nudge()
    page.start(relay.url) // nor does the same list again
    expect(page.states().slice(3)).toEqual(['closed'])
    page.clock.advance(MINUTE)
    await expect.poll(() => relay.sockets.length).toBe(2)
    expect(page.arrived()).toEqual([])
  })
}

const mine = topic()
const bytes = (length: number): string => Buffer.from(random(length)).toString('base64')
const onMyTopic = { ...event(), tags: [['p', mine]] }
const variants: Record<string, (id: unknown) => string> = {
  'content above 4 KiB': (id) => JSON.stringify(['EVENT', id, { ...onMyTopic, content: bytes(4_097) }]),
  'content that is no base64': (id) => JSON.stringify(['EVENT', id, { ...onMyTopic, content: 'AAA' }]),
  'an empty content': (id) => JSON.stringify(['EVENT', id, { ...onMyTopic, content: '' }]),
  'another subscription': () => JSON.stringify(['EVENT', 'other', { ...onMyTopic, content: bytes(30) }]),
  'another kind': (id) => JSON.stringify(['EVENT', id, { ...onMyTopic, kind: 21060, content: bytes(30) }]),
  'a field more': (id) => JSON.stringify(['EVENT', id, { ...onMyTopic, extra: 1, content: bytes(30) }]),
  'a frame above 16 KiB': (id) =>
    ' '.repeat(16_384) + JSON.stringify(['EVENT', id, { ...onMyTopic, content: bytes(30) }]),
  '17 tags': (id) => {
    const tags = Array.from({ length: 17 }, () => ['p', mine])
    return JSON.stringify(['EVENT', id, { ...onMyTopic, tags, content: bytes(30) }])
  },
}

for (const [name, frame] of Object.entries(variants)) {
  test(`an event on our topic with ${name} does not arrive`, async () => {
    const good = bytes(4_096)
    const relay = await odd((received) => {
      if (received.message[0] !== 'REQ') return
      obey(received)
      received.socket.send(frame(received.message[1]))
      say(received.socket, 'EVENT', received.message[1], { ...onMyTopic, content: good })
    })
    const page = pageAt(relay)
    page.rendezvous.listen([mine])
    await expect.poll(() => page.arrived().length).toBeGreaterThan(0)
    expect(page.arrived().map((e) => Buffer.from(e.content).toString('base64'))).toEqual([good])
  })
}

test('a little garbage is ignored', async () => {
  const relay = await odd((received) => {
    for (const frames of Object.values(garbage)) if (frames.length === 40) received.socket.send(frames[0]!)
    obey(received)
  })
  const page = pageAt(relay)
  await expect.poll(() => page.heard().length).toBe(1)
  expect(page.states()).toEqual(['connecting', 'open'])
})

const refusals: Record<string, (received: Received) => void> = {
  'CLOSED auth-required': ({ socket, message }) => say(socket, 'CLOSED', message[1], 'auth-required: who are you'),
  'CLOSED restricted': ({ socket, message }) => say(socket, 'CLOSED', message[1], 'restricted: members only'),
  'NOTICE blocked': ({ socket }) => say(socket, 'NOTICE', 'blocked: go away'),
  'OK false pow': (received) =>
    received.message[0] === 'EVENT'
      ? say(received.socket, 'OK', (received.message[1] as { id: string }).id, false, 'pow: 28 bits needed')
      : obey(received),
}

for (const [name, answer] of Object.entries(refusals)) {
  test(`${name}: refused, and left alone for a day`, async () => {
    const relay = await odd(answer)
    const page = pageAt(relay)
    page.publish([topic()])
    await page.reaches('refused')
    page.rendezvous.nudge()
    page.start(relay.url).publish([topic()])
    page.clock.advance(DAY - MINUTE)
    expect(page.states().at(-1)).toBe('refused')
    expect(relay.sockets.length).toBe(1)
    page.clock.advance(MINUTE)
    await expect.poll(() => relay.sockets.length).toBe(2)
  })
}

test('an offer of AUTH and a notice for people are no refusal', async () => {
  const relay = await odd(obey, (socket) => {
    say(socket, 'AUTH', 'challenge')
    say(socket, 'NOTICE', 'Welcome! Posting here is restricted: be nice')
  })
  const page = pageAt(relay)
  await expect.poll(() => page.heard().length).toBe(1)
  expect(page.states().at(-1)).toBe('open')
})

test('rate-limited: one event in 90 s for a quarter of an hour', async () => {
  const relay = await odd((received) => {
    if (received.message[0] !== 'EVENT') return obey(received)
    say(received.socket, 'OK', (received.message[1] as { id: string }).id, false, 'rate-limited: slow down')
  })
  const page = pageAt(relay)
  await page.reaches('open')
  page.publish([topic()])
  await expect.poll(() => published(relay).length).toBe(1)
  say(relay.sockets[0]!, 'NOTICE', 'rate-limited: I mean it') // and it comes after the OK
  await expect.poll(() => page.states().length).toBe(2)
  await ping(page, relay)
  page.publish([topic()])
  page.clock.advance(24_000)
  expect(published(relay).length).toBe(1) // and it waits no longer than 25 s
  page.clock.advance(65_000)
  page.publish([topic()])
  page.clock.advance(1_000)
  await expect.poll(() => published(relay).length).toBe(2)
})

test('rate-limited request: asks again after 90 s', async () => {
  let requests = 0
  const relay = await odd(({ socket, message }) => {
    if (message[0] !== 'REQ') return
    if (++requests === 1) say(socket, 'CLOSED', message[1], 'rate-limited: too many REQs')
    else obey({ socket, message })
  })
  const page = pageAt(relay)
  await expect.poll(() => requests).toBe(1)
  await ping(page, relay)
  page.clock.advance(89_000)
  expect(page.heard().length).toBe(0)
  page.clock.advance(1_000)
  await expect.poll(() => page.heard().length).toBe(1)
  expect(relay.sockets.length).toBe(1)
})

test('a subscription ended for another reason: a new connection after the back-off', async () => {
  const relay = await odd((received) => {
    obey(received)
    if (relay.sockets.length === 1) say(received.socket, 'CLOSED', received.message[1], 'error: out of memory')
  })
  const page = pageAt(relay)
  await page.reaches('closed')
  page.clock.advance(1_000)
  await expect.poll(() => page.heard().length).toBe(2)
})

test('invalid created_at: sent once more from 300 s ahead, and from then on', async () => {
  const relay = await odd((received) => {
    if (received.message[0] !== 'EVENT') return obey(received)
    const { id, created_at: createdAt } = received.message[1] as { id: string; created_at: number }
    const isOld = createdAt < page.clock.now() / 1000 + 200
    say(received.socket, 'OK', id, !isOld, isOld ? 'invalid: created_at too early' : '')
  })
  const page = pageAt(relay)
  await page.reaches('open')
  const now = Math.floor(page.clock.now() / 1000)
  page.publish([topic()])
  await expect.poll(() => published(relay).map((e) => e.created_at - now)).toEqual([0, 300])
  page.publish([topic()])
  await expect.poll(() => published(relay).map((e) => e.created_at - now)).toEqual([0, 300, 300])
})

test('invalid created_at for ever: two tries and no more', async () => {
  const relay = await odd((received) => {
    if (received.message[0] !== 'EVENT') return obey(received)
    say(received.socket, 'OK', (received.message[1] as { id: string }).id, false, 'invalid: event too old')
  })
  const page = pageAt(relay)
  await page.reaches('open')
  page.publish([topic()])
  await expect.poll(() => published(relay).length).toBe(2)
  await ping(page, relay)
  expect(published(relay).length).toBe(2)
})

test('a relay that never confirms is dropped after 20 s', async () => {
  const relay = await odd(() => {})
  const page = pageAt(relay)
  await expect.poll(() => relay.messages.length).toBe(1)
  page.clock.advance(19_000)
  expect(page.states().at(-1)).toBe('open')
  page.clock.advance(1_000)
  expect(page.states().at(-1)).toBe('closed')
})

test('silence is broken after a minute, and a dead line noticed 20 s later', async () => {
  let isDead = false
  const relay = await odd((received) => {
    if (!isDead) obey(received)
  })
  const page = pageAt(relay)
  await expect.poll(() => page.heard().length).toBe(1)
  page.clock.advance(MINUTE) // something was heard in this one
  page.clock.advance(MINUTE)
  await expect.poll(() => relay.messages.map((m) => m[0])).toEqual(['REQ', 'REQ', 'CLOSE'])
  page.clock.advance(20_000)
  expect(page.states().at(-1)).toBe('open')
  isDead = true
  page.clock.advance(MINUTE + 19_999)
  expect(page.states()).toEqual(['connecting', 'open'])
  page.clock.advance(1)
  expect(page.states()).toEqual(['connecting', 'open', 'closed'])
})

test('a server that accepts the connection and no more is given up after 15 s', async () => {
  const { createServer } = await import('node:net')
  const sockets: { destroy(): void }[] = []
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await expect.poll(() => server.listening).toBe(true)
  const page = new Page()
  page.start(`ws://127.0.0.1:${(server.address() as { port: number }).port}`)
  await expect.poll(() => sockets.length).toBe(1)
  page.clock.advance(15_000)
  expect(page.states().slice(0, 2)).toEqual(['connecting', 'closed'])
  page.rendezvous.stop()
  for (const socket of sockets) socket.destroy()
  server.close()
})

/** A round trip: everything sent before it has been read on both sides. */
async function ping(page: Page, relay: Odd): Promise<void> {
  const before = relay.messages.filter((m) => m[0] === 'CLOSE').length
  page.rendezvous.nudge()
  await expect.poll(() => relay.messages.filter((m) => m[0] === 'CLOSE').length).toBeGreaterThan(before)
}
