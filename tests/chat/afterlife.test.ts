/** What becomes of a chat when the link it came from is forgotten, eight days later. */
import { expect, test } from 'playwright/test'
import { step } from '../../src/chat/step.ts'
import { INVITE_AFTERLIFE } from '../../src/chat/limits.ts'
import { arrive, makeLink, openLink } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'

test('a live chat survives the day its used link is forgotten', async () => {
  const world = new World(6, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  await openLink(b, await makeLink(a))
  expect(await world.run(60_000, () => a.connected && b.connected)).toBe(true)
  const state = a.page!.messenger.state!
  const now = [...state.invites.values()][0]!.expiresAt + INVITE_AFTERLIFE
  const turn = step(state, { type: 'expire' }, { now, random: world.random })
  const lives = [...turn.state.links.values()].filter((l) => l.live).length
  expect({ lives, effects: turn.effects.length }).toEqual({ lives: 1, effects: 0 })
})

test('an HS1 for a link whose day is over is not bound, even before the clock was looked at', async () => {
  const world = new World(6, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  const link = await makeLink(a)
  const state = a.page!.messenger.state!
  const invite = [...state.invites.values()][0]!
  await openLink(b, link)
  await world.run(50)
  const hs1 = world.log.find((e) => e.content.length > 1800)!
  const arrived = { type: 'arrived', topics: [{ topic: hs1.topics[0]!, index: 0 }], content: hs1.content } as const
  const turn = step(state, arrived, { now: invite.expiresAt + 3_600_000, random: world.random })
  expect([...turn.state.invites.values()][0]!.state).not.toBe('bound')
})
