/** A message that was kept, but whose receipt was lost, comes again right behind the ACK of another link's session. */
import { expect, test } from 'playwright/test'
import { Endpoint } from '../simulation/endpoint.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { inviteKeys, parseInvite } from '../../src/protocol/invite.ts'
import { makeLink, meet, openLink } from '../simulation/meeting.ts'
import { CALM } from '../simulation/world.ts'

test('nothing is kept twice when known contacts meet by a new link and frames come in one batch', async () => {
  const { world, a, b } = await meet(4, CALM)
  const chat = a.contactId!
  const { deliver } = Endpoint.prototype
  // The receipt of b is lost with the line.
  let lost = false
  Endpoint.prototype.deliver = function (this: Endpoint, other, bytes) {
    if (b.page?.ends.includes(this) && a.page?.ends.includes(other) && b.texts(false).length === 1) {
      lost = true
      return
    }
    deliver.call(this, other, bytes)
  }
  void a.actions.send(chat, 'once')
  await world.run(5_000, () => lost)
  b.kill()
  Object.assign(Endpoint.prototype, { deliver })
  const made = await makeLink(a)
  await world.run(20_000)
  expect(b.texts(false)).toEqual(['once'])
  // The relay carries the new link's boxes first (it may be the one relay both have).
  const topic = toHex(inviteKeys(parseInvite(made.replace('#/join/', '')).secret).topic)
  const publish = world.publish.bind(world)
  world.publish = (topics, content) => (topics.includes(topic) ? publish(topics, content) : undefined)
  // b opens a's new link. What a says on that line reaches b in one piece: an ordered channel after a stall.
  const held: (() => void)[] = []
  Endpoint.prototype.deliver = function (this: Endpoint, other, bytes) {
    if (b.page && !b.page.ends.includes(this)) {
      held.push(() => other.on({ type: 'frame', bytes: bytes.slice() }))
      if (held.length === 1)
        world.after(300, () => {
          b.actions.setName('Bea')
          for (const one of held.splice(0)) one()
        })
      return
    }
    deliver.call(this, other, bytes)
  }
  try {
    b.open()
    await world.run(5_000, () => b.ready)
    await openLink(b, made)
    await world.run(60_000)
  } finally {
    Object.assign(Endpoint.prototype, { deliver })
  }
  expect(a.connected && b.connected).toBe(true)
  expect(b.texts(false)).toEqual(['once'])
})

test('who says one id twice in one session loses the line, is heard once, and goes on', async () => {
  const { world, a, b } = await meet(5, CALM)
  const contactId = a.contactId!
  const say = (id: string, text: string) =>
    void a.page?.messenger.dispatch({ type: 'compose', contactId, texts: [{ id, body: { kind: 'text', text } }] })
  const line = () => [...(b.page?.messenger.state?.links.values() ?? [])].find((link) => link.live)?.live?.peer
  const first = line()
  for (const [id, text] of [
    ['11', 'one'],
    ['22', 'two'],
    ['11', 'one again'],
    ['33', 'three'],
  ] as const) {
    say(id.repeat(16), text)
    await world.run(1_000)
  }
  expect(await world.run(120_000, () => b.texts(false).includes('three'))).toBe(true)
  expect(b.texts(false)).toEqual(['one', 'two', 'three'])
  expect(line()).not.toBe(first)
  expect(b.page?.messenger.snapshot.alerts).toEqual([])
})

test('texts sent at once to one person are one commit, in their order', async () => {
  const { world, a, b } = await meet(6, CALM)
  const contactId = a.contactId!
  const commits: number[] = []
  a.disk.committed = (writes) => commits.push(writes.filter((write) => write.op === 'message').length)
  const texts = Array.from({ length: 40 }, (_, i) => `text ${i}`)
  const sent = Promise.all(texts.map((text) => a.actions.send(contactId, text)))
  expect(await world.run(60_000, () => b.texts(false).length === 40)).toBe(true)
  expect(await sent).toEqual(texts.map(() => true))
  expect(b.texts(false)).toEqual(texts)
  expect(commits.filter((count) => count > 0)).toEqual([1, 39])
})
