/** What is older than a chat keeps goes from here, all of it and nothing else, whatever the page or the clock does. */
import { expect, test } from 'playwright/test'
import { step } from '../../src/chat/step.ts'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'
import { MINUTE } from '../attacks/help.ts'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

const texts = (person: Person) => person.rows().map(({ body }) => (body.kind === 'text' ? body.text : ''))

async function say(person: Person, ...all: readonly string[]): Promise<void> {
  for (const text of all) void person.actions.send(person.contactId ?? '', text)
  await person.world.run(1_000)
}

async function keep(person: Person, seconds: number): Promise<void> {
  const kept = person.actions.setKeepFor(person.contactId ?? '', seconds)
  await person.world.run(1_000)
  expect(await kept).toBe(true)
}

const many = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name}${i}`)

test('what is older than the chat keeps goes by itself, here only, and again after a reload', async () => {
  const { world, a: ana, b: ben } = await meet(1, CALM)
  await keep(ana, 3600)
  expect(ana.page?.messenger.snapshot.chats[0]?.keepFor).toBe(3600)
  await say(ana, 'one')
  await say(ben, 'two')
  await world.run(HOUR / 2)
  await say(ben, 'three')
  ben.kill()
  await world.run(HOUR / 2 - 10_000)
  expect(texts(ana)).toEqual(['one', 'two', 'three'])
  await world.run(2 * MINUTE)
  expect(texts(ana)).toEqual(['three'])
  ana.kill()
  await world.run(HOUR)
  ana.open()
  await world.run(MINUTE)
  expect(texts(ana)).toEqual([])
  expect(texts(ben)).toEqual(['one', 'two', 'three'])
})

test('what comes later goes in its time, when nothing was left and nothing is opened anew', async () => {
  const { world, a: ana, b: ben } = await meet(2, CALM)
  await keep(ana, 3600)
  ben.kill()
  await world.run(5 * HOUR)
  ben.open()
  await world.run(5 * MINUTE, () => ben.connected)
  await say(ben, 'late')
  ben.kill()
  await world.run(HOUR - 2 * MINUTE)
  expect(texts(ana)).toEqual(['late'])
  await world.run(HOUR + 4 * MINUTE)
  expect(texts(ana)).toEqual([])
})

test('many go in stretches, and what waits to be sent stays until it has left', async () => {
  const { world, a: ana, b: ben } = await meet(3, CALM)
  await say(ben, ...many('b', 600))
  await world.run(MINUTE)
  ben.kill()
  await world.run(MINUTE)
  await say(ana, 'waits')
  await world.run(2 * HOUR)
  await say(ana, 'young')
  let most = 0
  ana.disk.committed = (writes) => (most = Math.max(most, writes.length))
  await keep(ana, 3600)
  await world.run(5_000)
  expect(texts(ana)).toEqual(['waits', 'young'])
  expect(most).toBeLessThan(300)
  ben.open()
  expect(await world.run(MINUTE, () => texts(ben).includes('young'))).toBe(true)
  expect(texts(ben).slice(-2)).toEqual(['waits', 'young'])
  await world.run(5_000)
  ben.kill()
  await world.run(2 * HOUR)
  expect(texts(ana)).toEqual([])
})

test('a page that dies anywhere on the way goes on where it was', async () => {
  let deaths = 0
  for (let crashIn = 1; crashIn < 24; crashIn++) {
    const { world, a: ana, b: ben } = await meet(4, CALM)
    await say(ben, ...many('b', 300))
    ben.kill()
    await keep(ana, 3600)
    await world.run(HOUR - 10 * MINUTE)
    await say(ana, 'young')
    ana.page!.crashIn = crashIn
    await world.run(20 * MINUTE)
    if (ana.page) break
    deaths++
    ana.open()
    await world.run(2 * MINUTE)
    expect(texts(ana), `died at moment ${crashIn}`).toEqual(['young'])
  }
  expect(deaths).toBeGreaterThan(6)
})

test('a commit that is refused is tried again', async () => {
  const { world, a: ana, b: ben } = await meet(5, CALM)
  await say(ben, 'one')
  await keep(ana, 3600)
  ben.kill()
  await world.run(MINUTE)
  ana.disk.refuse = 'full'
  await world.run(HOUR + 2 * MINUTE)
  expect(texts(ana)).toEqual(['one'])
  ana.disk.refuse = undefined
  await world.run(2 * MINUTE)
  expect(texts(ana)).toEqual([])
})

test('for ever is for ever again once it was chosen', async () => {
  const { world, a: ana, b: ben } = await meet(6, CALM)
  await keep(ana, 3600)
  await say(ben, 'one')
  ben.kill()
  await keep(ana, 0)
  await world.run(3 * HOUR)
  ana.kill()
  ana.open()
  await world.run(MINUTE)
  expect(texts(ana)).toEqual(['one'])
  expect(ana.disk.contacts.get(ana.contactId ?? '')?.keepFor).toBeUndefined()
})

test('a clock that leaps ahead by years deletes nothing, on this page or the next, until the host says so too', async () => {
  const { world, a: ana, b: ben } = await meet(7, CALM)
  await say(ben, 'one')
  await keep(ana, 3600)
  ben.kill()
  await world.run(MINUTE)
  ana.skew = 3 * YEAR
  await world.run(20 * MINUTE)
  expect(texts(ana)).toEqual(['one'])
  ana.kill()
  ana.open()
  await world.run(20 * MINUTE)
  expect(texts(ana)).toEqual(['one'])
  // The right time again: it goes when its hour is over, not before.
  ana.skew = 0
  await world.run(10 * MINUTE)
  expect(texts(ana)).toEqual(['one'])
  await world.run(20 * MINUTE)
  expect(texts(ana)).toEqual([])
})

test('three years later, with the host’s word for it, what is old goes', async () => {
  const { world, a: ana, b: ben } = await meet(8, CALM)
  await say(ben, 'one')
  await keep(ana, 3600)
  ana.kill()
  ana.skew = 3 * YEAR
  ana.clockOff = 0
  ana.open()
  await world.run(2 * MINUTE)
  expect(texts(ana)).toEqual([])
})

test('a message whose clock ran ahead is no younger than what came after it', async () => {
  const { world, a: ana, b: ben } = await meet(9, CALM)
  await keep(ana, 3600)
  ana.skew = 20 * DAY
  await say(ben, 'from the future')
  expect(await world.run(30 * MINUTE, () => texts(ana).length === 1)).toBe(true)
  ana.skew = 0
  await say(ben, 'from now')
  expect(await world.run(30 * MINUTE, () => texts(ana).length === 2)).toBe(true)
  expect(ana.rows()[0]!.at - world.now).toBeGreaterThan(19 * DAY)
  ben.kill()
  await world.run(HOUR + 2 * MINUTE)
  expect(texts(ana)).toEqual([])
})

test('nothing goes, or is looked for again, for a contact that was removed or a chat that is kept for ever by now', async () => {
  const { a: ana, b: ben } = await meet(10, CALM)
  await say(ben, 'one')
  const contactId = ana.contactId ?? ''
  const keepDue = new Map([contactId, 'nobody'].map((id) => [id, 0]))
  const state = { ...ana.page!.messenger.state!, keepDue }
  const env = { now: ana.world.now + DAY, random: ana.world.random }
  for (const id of keepDue.keys()) {
    const turn = step(
      state,
      { type: 'oldest', contactId: id, rows: ana.rows(), more: false, after: 0, next: Infinity, full: true },
      env,
    )
    expect([turn.writes, turn.state.keepDue.has(id), turn.state.keepDue.size]).toEqual([[], false, 1])
  }
})
