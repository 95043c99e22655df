/** Asking for want of an answer: what ends it, begins it anew, and what a clock may do to it. */
import { expect, test } from 'playwright/test'
import { lost } from '../../src/chat/conversation.ts'
import { expectAnswer } from '../../src/chat/handshaking.ts'
import { ASK_AFTER, HELLO_AGAIN, HELLO_GAP } from '../../src/chat/limits.ts'
import { listening, nextDue, nudge, tick } from '../../src/chat/presence.ts'
import { routesOf } from '../../src/chat/routes.ts'
import type { Link } from '../../src/chat/state.ts'
import { Turn } from '../../src/chat/turn.ts'
import { arriveAmong, meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

const YEAR = 365 * 24 * 3_600_000

/** A turn of somebody whose only contact is away, and that contact's id. */
async function alone(link: Partial<Link>): Promise<{ turn: Turn; id: string }> {
  const { world, a } = await meet(1, CALM)
  const turn = new Turn(a.page!.messenger.state!, { now: world.now, random: world.random })
  const id = a.contactId!
  turn.setLink(id, { live: undefined, ...link })
  return { turn, id }
}

test('a question that a clock which was set back put a year off is asked soon', async () => {
  const { turn, id } = await alone({})
  const { now } = turn.env
  turn.setLink(id, { announcedAt: now + YEAR, askAt: now + YEAR })
  tick(turn)
  expect(turn.link(id).askAt ?? 0).toBeLessThanOrEqual(now + HELLO_GAP)
})

test('what is to be announced once more is, whatever the clock does, and then forgotten', async () => {
  for (const jump of [-YEAR, -5_000, 0, YEAR]) {
    const { turn } = await alone({})
    const { now } = turn.env
    const route = [...routesOf(turn.state, now).values()].find(({ of }) => of === 'contact')!
    turn.patch({ again: [] })
    listening(turn, 'ws://r', [route.topic])
    expect(turn.state.again).toHaveLength(1)
    let later = now + jump
    let { state } = turn
    for (let i = 0; i < 2; i++, later += HELLO_AGAIN + 1) {
      const next = new Turn(state, { now: later, random: turn.env.random })
      tick(next)
      state = next.state
    }
    expect(state.again, `${jump}`).toEqual([])
    expect(nextDue(state)).toBeGreaterThan(later - HELLO_AGAIN - 1)
  }
})

test('thirty lines that end at once are announced in few events', async () => {
  const world = new World(1, CALM)
  const a = await arriveAmong(world, 30)
  await world.run(2 * 60_000)
  let { state } = a.page!.messenger
  let { now } = world
  let events = 0
  const run = (act: (turn: Turn) => void): void => {
    const turn = new Turn(state!, { now, random: world.random })
    act(turn)
    state = turn.state
    events += turn.effects.filter((effect) => effect.do === 'publish').length
  }
  run((turn) => {
    for (const id of turn.state.contacts.keys()) lost(turn, id)
  })
  const end = now + 60_000
  while (now < end) {
    now = Math.max(now + 10, Math.min(nextDue(state!), end))
    run(tick)
  }
  // One each, for they are spread on purpose; once more they go together.
  expect(events).toBeLessThanOrEqual(30 + 4)
})

test('calls of one moment have one question, and each later one waits longer, until none is left', async () => {
  const { turn, id } = await alone({})
  for (const wait of ASK_AFTER) {
    turn.setLink(id, { askAt: undefined })
    for (let i = 0; i < 3; i++) expectAnswer(turn, id)
    expect(turn.link(id).askAt).toBe(turn.env.now + wait)
  }
  turn.setLink(id, { askAt: undefined })
  expectAnswer(turn, id)
  expect(turn.link(id).askAt).toBeUndefined()
})

test('who presses Try again has all questions before them', async () => {
  const { turn, id } = await alone({ unanswered: ASK_AFTER.length })
  nudge(turn)
  expectAnswer(turn, id)
  expect(turn.link(id).askAt, 'not by itself').toBeUndefined()
  nudge(turn, id)
  expectAnswer(turn, id)
  expect(turn.link(id).askAt).toBe(turn.env.now + ASK_AFTER[0]!)
})

test('once there is a line, no nonce that led to it is announced again: nobody would answer it', async () => {
  const { world, a, b } = await meet(1, CALM)
  const link = (who: Person) => who.page!.messenger.state!.links.get(who.contactId!)!
  for (const goes of [a, b]) {
    goes.page!.messenger.leave()
    goes.kill()
    await world.run(30_000)
    goes.open()
    expect(await world.run(20_000, () => a.connected && b.connected)).toBe(true)
    for (const who of [a, b]) expect([link(who).hello, link(who).nonce]).toEqual([undefined, undefined])
  }
})
