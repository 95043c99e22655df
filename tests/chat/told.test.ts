/** In which order the other side and the screen are told: who waits for an answer comes first, but for words that came. */
import { expect, test } from 'playwright/test'
import type { Snapshot } from '../../src/chat/snapshot.ts'
import { arrive, makeLink, meet, openLink } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

/** What happens at this person: frames that leave, and whatever `name` finds in what is shown, once. */
function follow(person: Person, name: (snapshot: Snapshot) => string | undefined): string[] {
  const happened: string[] = []
  person.looks = (snapshot) => {
    const what = name(snapshot)
    if (what !== undefined && !happened.includes(what)) happened.push(what)
  }
  const { ends } = person.page!
  const watch = (end: (typeof ends)[number]): void => {
    const send = end.send.bind(end)
    end.send = (frame) => {
      happened.push('frame')
      return send(frame)
    }
  }
  ends.forEach(watch)
  const push = ends.push.bind(ends)
  ends.push = (...more) => {
    more.forEach(watch)
    return push(...more)
  }
  return happened
}

test('who joins is answered before the conversation is drawn', async () => {
  const world = new World(1, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  const happened = follow(a, ({ chats }) => (chats[0]?.line.state === 'direct' ? 'drawn' : undefined))
  await openLink(b, await makeLink(a))
  await world.run(60_000, () => a.connected && b.connected)
  expect(happened.slice(0, 2)).toEqual(['frame', 'drawn'])
})

test('words that came are drawn before they are acknowledged', async () => {
  const { world, a, b } = await meet(2, CALM)
  a.actions.openChat(a.contactId!)
  await world.run(1_000)
  const happened = follow(a, ({ open }) =>
    open?.messages.some(({ text }) => text === 'here I am') ? 'drawn' : undefined,
  )
  void b.actions.send(b.contactId!, 'here I am')
  await world.run(1_000)
  expect(happened.slice(0, 2)).toEqual(['drawn', 'frame'])
})

test('what is asked is shown before it is said to be done', async () => {
  const { world, a } = await meet(3, CALM)
  a.actions.openChat(a.contactId!)
  await world.run(1_000)
  const sent = a.actions.send(a.contactId!, 'kept').then(() => a.page!.messenger.snapshot.open?.messages.length)
  // Behind it something that goes on waiting.
  a.actions.loadMore('earlier')
  await world.run(1_000)
  expect(await sent).toBe(1)
})
