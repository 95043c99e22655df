import { expect, test } from 'playwright/test'
import { Page, obey, random, startOddRelay, startRelay, topic } from './support.ts'
import type { Listening } from './support.ts'

const open: { close(): Promise<void> }[] = []
const pages: Page[] = []

test.afterEach(async () => {
  for (const page of pages.splice(0)) page.rendezvous.stop()
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function up<T extends Listening>(starting: Promise<T>): Promise<T> {
  const one = await starting
  open.push(one)
  return one
}

function page(): Page {
  const made = new Page()
  pages.push(made)
  return made
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** What was published there, in order. */
function contentsOf(relay: { readonly messages: readonly (readonly unknown[])[] }): readonly string[] {
  return relay.messages.filter((m) => m[0] === 'EVENT').map((m) => (m[1] as { content: string }).content)
}

test('two pages exchange bytes on a topic, and neither hears itself', async () => {
  const { url } = await up(startRelay())
  const t = topic()
  const a = await page().start(url).listen(t)
  const b = await page().start(url).listen(t)
  const sent = a.publish([topic(), t, topic()])
  await expect.poll(() => b.arrived().length).toBe(1)
  expect(b.arrived()[0]).toEqual({ type: 'arrived', relay: url, topics: [{ topic: t, index: 1 }], content: sent })
  const answer = b.publish([t])
  await expect.poll(() => a.arrived().map((e) => e.content)).toEqual([answer])
})

test('the same publication through two relays arrives once', async () => {
  const [one, two] = [await up(startRelay()), await up(startRelay())]
  const t = topic()
  const a = await page().start(one.url, two.url).listen(t)
  const b = await page().start(one.url, two.url).listen(t)
  await expect.poll(() => [a, b].map((p) => p.heard().length)).toEqual([2, 2])
  a.publish([t])
  await expect.poll(() => [one, two].map(({ relay }) => relay.stats().accepted)).toEqual([1, 1])
  const last = a.publish([t], { relay: two.url })
  await expect.poll(() => b.arrived().at(-1)?.content).toEqual(last)
  expect(b.arrived().length).toBe(2)
  expect(one.relay.stats().accepted).toBe(1) // the second one had only one address
})

test('a relay that puts the id of a real event on junk does not hide it', async () => {
  const honest = await up(startRelay())
  const t = topic()
  const seen: { id: string; tags: string[][] }[] = []
  const liar = await up(
    startOddRelay((received) => {
      obey(received)
      if (received.message[0] === 'EVENT') seen.push(received.message[1] as (typeof seen)[number])
    }),
  )
  const a = await page().start(honest.url, liar.url).listen(t)
  const b = await page().start(honest.url, liar.url).listen(t)
  await expect.poll(() => b.heard().length).toBe(2)
  a.publish([t], { relay: liar.url })
  await expect.poll(() => seen.length).toBe(1)
  for (const [i, socket] of liar.sockets.entries()) {
    const request = liar.messages.filter((m) => m[0] === 'REQ')[i]!
    socket.send(JSON.stringify(['EVENT', request[1], { ...seen[0], content: 'AAAA' }]))
  }
  await expect.poll(() => b.arrived().length).toBe(1)
  const real = a.publish([t], { relay: honest.url })
  await expect.poll(() => b.arrived().at(-1)?.content).toEqual(real)
})

test('a change of topics is confirmed for the new ones only, and hides them among decoys', async () => {
  const relay = await up(startOddRelay(obey))
  const [first, second] = [topic(), topic()]
  const a = await page().start(relay.url).listen(first)
  await a.listen(first, second)
  expect(a.heard()).toEqual([first, second])
  const requests = relay.messages.filter((m) => m[0] === 'REQ')
  const lists = requests.map((m) => (m[2] as { '#p': string[] })['#p'])
  expect(lists.map((list) => [list.length, new Set(list).size])).toEqual([
    [8, 8],
    [8, 8],
  ])
  expect(lists[1]!.filter((t) => lists[0]!.includes(t)).length).toBe(7) // the decoys stay
  await expect.poll(() => relay.messages.at(-1)).toEqual(['CLOSE', requests[0]![1]])
  a.rendezvous.listen([second])
  await expect.poll(() => relay.messages.filter((m) => m[0] === 'CLOSE').length).toBe(2)
  expect(a.heard()).toEqual([first, second])
})

test('thousands of topics go in lists that a relay takes, a few at a time', async () => {
  const { url, relay } = await up(startRelay())
  const topics = Array.from({ length: 2_000 }, topic)
  const a = await page()
    .start(url)
    .listen(...topics)
  await expect.poll(() => a.heard().length).toBe(2_000)
  expect(relay.stats().subscriptions).toBe(10)
  const next = [...topics.slice(1_000), ...Array.from({ length: 1_000 }, topic)]
  await a.listen(...next)
  await expect.poll(() => a.heard().length).toBe(3_000)
  await expect.poll(() => relay.stats().subscriptions).toBe(10)
})

test('after a restart of the relay everything is confirmed again', async () => {
  const before = await startRelay()
  const t = topic()
  const a = await page().start(before.url).listen(t)
  await before.close()
  await a.reaches('closed')
  await up(startRelay(before.port))
  a.clock.advance(1_000)
  await expect.poll(() => a.heard()).toEqual([t, t])
  expect(a.states()).toEqual(['connecting', 'open', 'closed', 'connecting', 'open'])
})

test('a handshake waits for the relay at most 25 s, a hello does not wait', async () => {
  const before = await startRelay()
  const t = topic()
  const a = await page().start(before.url).listen(t)
  await before.close()
  await a.reaches('closed')
  a.publish([t])
  a.clock.advance(26_000)
  a.publish([t], { kind: 'hello' })
  const kept = a.publish([t])
  await a.reaches('closed')
  const after = await up(startRelay(before.port))
  const b = await page().start(after.url).listen(t)
  a.clock.advance(1_000)
  a.rendezvous.nudge()
  await expect.poll(() => b.arrived().map((e) => e.content)).toEqual([kept])
  const last = a.publish([t], { kind: 'hello' }) // the relay reads in order: a hello kept back would come before it
  await expect.poll(() => b.arrived().map((e) => e.content)).toEqual([kept, last])
})

test('a handshake that was taken back does not leave, and nothing else is held back', async () => {
  const before = await startRelay()
  const [kept, gone] = [topic(), topic()]
  const a = await page().start(before.url).listen(kept)
  await before.close()
  await a.reaches('closed')
  a.publish([gone])
  const other = a.publish([kept])
  a.rendezvous.takeBack([gone])
  const after = await up(startRelay(before.port))
  const b = await page().start(after.url).listen(kept, gone)
  a.clock.advance(1_000)
  a.rendezvous.nudge()
  await expect.poll(() => b.arrived().map((e) => e.content)).toEqual([other])
  const last = a.publish([gone]) // the relay reads in order
  await expect.poll(() => b.arrived().map((e) => e.content)).toEqual([other, last])
})

test('a hello before the relay is open is not sent: confirmed topics will cause a new one', async () => {
  const relay = await up(startOddRelay(obey))
  const a = page().start(relay.url)
  a.publish([topic()], { kind: 'hello' })
  const handshake = a.publish([topic()])
  await a.reaches('open')
  const hello = a.publish([topic()], { kind: 'hello' })
  await expect.poll(() => contentsOf(relay)).toEqual([base64(handshake), base64(hello)])
})

test('the budget is 24 events, then one in 5 s, and handshakes go first', async () => {
  const relay = await up(startOddRelay(obey))
  const a = page().start(relay.url)
  await a.reaches('open')
  const contents = Array.from({ length: 26 }, () => a.publish([topic()], { kind: 'hello' }))
  const handshake = a.publish([topic()])
  const sent = (): readonly string[] => contentsOf(relay)
  const expected = [...contents.slice(0, 24), handshake, contents[24]!, contents[25]!].map(base64)
  await expect.poll(() => sent().length).toBe(24)
  a.clock.advance(4_900)
  a.clock.advance(100)
  await expect.poll(() => sent().length).toBe(25)
  a.clock.advance(5_000)
  await expect.poll(sent).toEqual(expected.slice(0, 26))
})

test('relays that are down, no URL or twice in the list disturb nobody', async () => {
  const { url } = await up(startRelay())
  const t = topic()
  const a = page().start('http://', 'ws://127.0.0.1:1/', url, url, 'javascript:alert(1)')
  await a.listen(t)
  expect(a.heard()).toEqual([t])
  await a.reaches('closed', 'ws://127.0.0.1:1/')
})

test('nudge connects without the back-off, but not twice in a second', async () => {
  const relay = await up(
    startOddRelay(
      () => {},
      (socket) => socket.close(),
    ),
  )
  const a = page().start(relay.url)
  await a.reaches('closed')
  a.rendezvous.nudge()
  expect(relay.sockets.length).toBe(1)
  a.clock.advance(1_000) // the first retry comes within a second by itself
  await expect.poll(() => relay.sockets.length).toBeGreaterThan(1)
  await a.reaches('closed')
  const before = relay.sockets.length
  a.clock.advance(1_000)
  a.rendezvous.nudge()
  await expect.poll(() => relay.sockets.length).toBeGreaterThan(before)
  // Where the back-off is long, the person does not wait for it either.
  const tries = () => a.states().filter((state) => state === 'connecting').length
  let tried = 0
  for (let i = 0; i < 6; i++) {
    a.clock.advance(60_000)
    await a.reaches('closed')
  }
  do {
    tried = tries()
    a.clock.advance(1_000)
    await a.reaches('closed')
  } while (tries() > tried)
  a.rendezvous.nudge()
  expect(tries()).toBe(tried + 1)
  await a.reaches('closed')
  a.rendezvous.nudge()
  expect(tries()).toBe(tried + 1)
  a.clock.advance(1_000)
  expect(tries()).toBe(tried + 2)
})

test('stop is silent and final; oversized publications are a mistake here', async () => {
  const { url, relay } = await up(startRelay())
  const a = await page().start(url).listen(topic())
  const count = a.events.length
  a.rendezvous.stop()
  await expect.poll(() => relay.stats().sockets).toBe(0)
  a.clock.advance(600_000)
  expect(a.events.length).toBe(count)
  expect(() => a.publish([topic()], { content: random(4097) })).toThrow(RangeError)
  expect(() => a.publish(Array.from({ length: 17 }, topic))).toThrow(RangeError)
})
