import { expect } from 'playwright/test'
import type { Random } from '../../src/chat/ports.ts'
import { test } from './odd-relay.ts'
import { obey, random, say, topic } from './support.ts'

const MINUTE = 60_000

test('a relay that closes at once is tried less and less often', async ({ odd, pageAt }) => {
  const relay = await odd(
    () => {},
    (socket) => socket.close(),
  )
  const longestJitter: Random = (length) => (length === 4 ? new Uint8Array(4).fill(255) : random(length))
  const page = pageAt(relay, longestJitter)
  for (const [failures, seconds] of [1, 2, 4, 8, 16, 32, 60, 60, 60].entries()) {
    await page.reaches('closed')
    page.clock.advance(seconds * 1_000 - 10)
    expect(page.states().filter((state) => state === 'connecting').length).toBe(failures + 1)
    page.clock.advance(10)
    await expect.poll(() => relay.sockets.length).toBe(failures + 2)
  }
  await page.reaches('closed')
  const { length } = page.states()
  page.rendezvous.listen([topic()]) // and asking for topics meanwhile starts nothing
  page.clock.advance(50_000)
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
  test(`flood of ${name}: ten minutes' rest, whatever nudges`, async ({ odd, pageAt }) => {
    const relay = await odd(({ socket }) => {
      for (const frame of frames) socket.send(frame)
    })
    const page = pageAt(relay)
    await expect.poll(() => page.states()).toEqual(['connecting', 'closed'])
    await expect.poll(() => relay.sockets[0]!.readyState).toBe(3)
    page.clock.advance(9 * MINUTE)
    page.rendezvous.nudge()
    page.start(relay.url) // nor does the same list again
    expect(page.states().slice(2)).toEqual(['closed'])
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
  test(`an event on our topic with ${name} does not arrive`, async ({ odd, pageAt }) => {
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

test('a little garbage is ignored', async ({ odd, pageAt }) => {
  const relay = await odd((received) => {
    for (const frames of Object.values(garbage)) if (frames.length === 40) received.socket.send(frames[0]!)
    obey(received)
  })
  const page = pageAt(relay)
  await expect.poll(() => page.heard().length).toBe(1)
  expect(page.states()).toEqual(['connecting', 'open'])
})
