import { expect } from 'playwright/test'
import { ping, test } from './odd-relay.ts'
import type { Odd } from './odd-relay.ts'
import { Page, obey, say, topic } from './support.ts'
import type { Received } from './support.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const published = (relay: Odd): readonly { id: string; created_at: number }[] =>
  relay.messages.filter((m) => m[0] === 'EVENT').map((m) => m[1] as { id: string; created_at: number })

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
  test(`${name}: refused, and left alone for a day`, async ({ odd, pageAt }) => {
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

test('an offer of AUTH and a notice for people are no refusal', async ({ odd, pageAt }) => {
  const relay = await odd(obey, (socket) => {
    say(socket, 'AUTH', 'challenge')
    say(socket, 'NOTICE', 'Welcome! Posting here is restricted: be nice')
  })
  const page = pageAt(relay)
  await expect.poll(() => page.heard().length).toBe(1)
  expect(page.states().at(-1)).toBe('open')
})

test('rate-limited: one event in 90 s for a quarter of an hour', async ({ odd, pageAt }) => {
  const relay = await odd((received) => {
    if (received.message[0] !== 'EVENT') return obey(received)
    say(received.socket, 'OK', (received.message[1] as { id: string }).id, false, 'rate-limited: slow down')
  })
  const page = pageAt(relay)
  await page.reaches('open')
  page.publish([topic()])
  await expect.poll(() => published(relay).length).toBe(1)
  say(relay.sockets[0]!, 'NOTICE', 'rate-limited: I mean it') // and it comes after the OK
  await expect.poll(() => page.states()).toEqual(['connecting', 'open', 'mute']) // it has never taken any
  await ping(page, relay)
  page.publish([topic()])
  page.clock.advance(24_000)
  expect(published(relay).length).toBe(1) // and it waits no longer than 25 s
  page.clock.advance(65_000)
  page.publish([topic()])
  page.clock.advance(1_000)
  await expect.poll(() => published(relay).length).toBe(2)
})

test('rate-limited request: asks again after 90 s', async ({ odd, pageAt }) => {
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

test('a relay that turns requests down for a while is not called open meanwhile', async ({ odd, pageAt }) => {
  let isBusy = false
  const relay = await odd((received) => {
    const { socket, message } = received
    const isPing = relay.messages.filter((m) => m[0] === 'REQ').length > 2
    if (isBusy && !isPing && message[0] === 'REQ') say(socket, 'CLOSED', message[1], 'rate-limited: too many REQs')
    else obey(received)
  })
  const page = pageAt(relay)
  await page.reaches('open')
  isBusy = true
  page.rendezvous.listen([topic()])
  page.clock.advance(1_000)
  await expect.poll(() => page.states()).toEqual(['connecting', 'open', 'connecting'])
  await ping(page, relay) // its answer is no subscription
  page.clock.advance(89_000)
  expect(page.states().length).toBe(3)
  isBusy = false
  page.clock.advance(1_000)
  await expect.poll(() => page.states()).toEqual(['connecting', 'open', 'connecting', 'open'])
})

test('a relay is called open when it answers, also where there is nothing to listen on', async ({ odd }) => {
  const silent = await odd(() => {})
  const good = await odd(obey)
  const page = new Page().start(silent.url, good.url)
  await page.reaches('open', good.url)
  await expect.poll(() => silent.messages.length).toBe(1)
  await ping(page, good)
  expect(page.states(silent.url)).toEqual(['connecting'])
  page.rendezvous.stop()
})

test('a subscription ended for another reason: a new connection after the back-off', async ({ odd, pageAt }) => {
  const relay = await odd((received) => {
    obey(received)
    if (relay.sockets.length === 1) say(received.socket, 'CLOSED', received.message[1], 'error: out of memory')
  })
  const page = pageAt(relay)
  await page.reaches('closed')
  page.clock.advance(1_000)
  await expect.poll(() => page.heard().length).toBe(2)
})

test('invalid created_at: sent once more from 300 s ahead, and from then on', async ({ odd, pageAt }) => {
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

test('invalid created_at for ever: two tries and no more', async ({ odd, pageAt }) => {
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

test('invalid created_at of a handshake that was taken back: not sent again', async ({ odd, pageAt }) => {
  let refuse = (): void => {}
  const relay = await odd((received) => {
    if (received.message[0] !== 'EVENT') return obey(received)
    const { id } = received.message[1] as { id: string }
    refuse = () => say(received.socket, 'OK', id, false, 'invalid: event too old')
  })
  const page = pageAt(relay)
  await page.reaches('open')
  const t = topic()
  page.publish([t])
  await expect.poll(() => published(relay).length).toBe(1)
  page.rendezvous.takeBack([t])
  refuse()
  await ping(page, relay)
  expect(published(relay).length).toBe(1)
})

test('a relay that never confirms is dropped after 20 s', async ({ odd, pageAt }) => {
  const relay = await odd(() => {})
  const page = pageAt(relay)
  page.publish([topic()]) // it leaves all the same
  await expect.poll(() => relay.messages.length).toBe(2)
  page.clock.advance(19_000)
  expect(page.states()).toEqual(['connecting'])
  page.clock.advance(1_000)
  expect(page.states()).toEqual(['connecting', 'closed'])
})

test('silence is broken after a minute, and a dead line noticed 20 s later', async ({ odd, pageAt }) => {
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
