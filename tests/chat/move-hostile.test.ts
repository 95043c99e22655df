/** A move in which one of the two devices, or whoever stands between them, does not keep to the steps. */
import { expect, test } from 'playwright/test'
import { MoveAnswer } from '../../src/chat/move-answer.ts'
import { MoveCall } from '../../src/chat/move-call.ts'
import type { MoveLine } from '../../src/chat/move-line.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { parseInvite } from '../../src/protocol/invite.ts'
import { commitTo, type MoveStep } from '../../src/protocol/move.ts'
import { bytesOf } from '../protocol/help.ts'
import { CALM, World } from '../simulation/world.ts'
import { isOver, newDevice, oldDevice, pageOf } from './move-scene.ts'

const PARTS: readonly Bytes[] = [bytesOf('a', 5), bytesOf('b', 5000)]
const SHARE = bytesOf('share', 32)
const KEY = bytesOf('key', 32)
const ended = (): void => undefined

/** A new device that says what the test has it say. */
function strangeNew(world: World, fragment: string) {
  const steps: MoveStep[] = []
  let line: MoveLine | undefined
  const call = new MoveCall(pageOf(world), parseInvite(fragment), ['ws://r'], {
    ...{ looking: ended, found: ended, broken: ended, ended },
    step: (over, step) => {
      line = over
      steps.push(step)
    },
  })
  return { call, steps, say: (...said: readonly MoveStep[]) => said.forEach((step) => line?.send(step)) }
}

/** An old one. */
function strangeOld(world: World) {
  const steps: MoveStep[] = []
  let line: MoveLine | undefined
  const answer = new MoveAnswer(pageOf(world), world.now + 60_000, {
    ...{ reached: ended, found: ended, broken: ended, others: ended },
    confirmed: (over) => (line = over),
    step: (_line, step) => steps.push(step),
  })
  return { answer, steps, say: (...said: readonly MoveStep[]) => said.forEach((step) => line?.send(step)) }
}

test('a new device that says what is not its turn ends it, and gets no more; what it did not get is not said to be there', async () => {
  const share: MoveStep = { type: 'share', share: SHARE }
  const cases: readonly (readonly MoveStep[])[] = [
    [{ type: 'kept' }],
    [share, { type: 'kept' }],
    [share, share],
    [share, { type: 'taken', bytes: 0 }],
    [{ type: 'commit', hash: commitTo(SHARE) }],
    [{ type: 'begin', key: KEY }],
    [share, { type: 'data', at: 0, bytes: KEY }],
    [share, { type: 'end', bytes: 0 }],
  ]
  for (const said of cases) {
    const world = new World(1, CALM)
    const old = oldDevice(world, PARTS)
    const other = strangeNew(world, old.giver.fragment)
    await world.run(10_000, () => other.steps.length > 0)
    other.say(...said)
    await world.run(1_000)
    old.giver.accept()
    await world.run(1_000)
    // Before there is a number the next call may be an honest one.
    expect(['ended', 'waiting']).toContain(old.view().at)
    expect(old.wrote.parts).toBe(0)
    expect(other.steps.filter(({ type }) => type === 'begin' || type === 'data')).toEqual([])
  }
})

test('a new device cannot have taken what was not sent, and cannot keep it before all was', async () => {
  const cases: readonly MoveStep[] = [
    { type: 'taken', bytes: 5006 },
    { type: 'taken', bytes: 2 ** 47 },
    { type: 'kept' },
  ]
  for (const said of cases) {
    const world = new World(2, CALM)
    // So that there is more to come.
    const old = oldDevice(world, [...PARTS, new Uint8Array(3_000_000)])
    const other = strangeNew(world, old.giver.fragment)
    await world.run(10_000, () => other.steps.length > 0)
    other.say({ type: 'share', share: SHARE })
    await world.run(1_000)
    old.giver.accept()
    await world.run(1)
    other.say(said.type === 'taken' && said.bytes === 5006 ? { type: 'taken', bytes: 3_000_000 } : said)
    await world.run(1_000)
    expect(old.view()).toEqual({ at: 'ended', why: 'cut', theirs: false })
  }
})

test('an old device that shows another share than it said, or carries what is out of place, is not followed', async () => {
  const meets: readonly MoveStep[] = [
    { type: 'commit', hash: commitTo(SHARE) },
    { type: 'share', share: SHARE },
  ]
  const begin: MoveStep = { type: 'begin', key: KEY }
  const data = (at: number): MoveStep => ({ type: 'data', at, bytes: KEY })
  const cases: readonly (readonly MoveStep[])[] = [
    [meets[0]!, { type: 'share', share: KEY }],
    [meets[1]!],
    [meets[0]!, { type: 'commit', hash: commitTo(KEY) }, { type: 'share', share: KEY }],
    [meets[0]!, begin, data(0), { type: 'end', bytes: 32 }],
    [...meets, data(0)],
    [...meets, { type: 'end', bytes: 0 }],
    [...meets, begin, data(1)],
    [...meets, begin, data(0), data(0)],
    [...meets, begin, data(0), data(31)],
    [...meets, begin, data(0), { type: 'end', bytes: 31 }],
    [...meets, begin, data(0), { type: 'end', bytes: 64 }],
    [...meets, begin, begin],
    [...meets, begin, data(0), { type: 'kept' }],
    [...meets, begin, data(0), { type: 'taken', bytes: 32 }],
  ]
  for (const [i, said] of cases.entries()) {
    const world = new World(3, CALM)
    const old = strangeOld(world)
    const other = newDevice(world, old.answer.fragment)
    other.taker.begin()
    await world.run(10_000, () => other.view().at === 'found')
    await world.run(1_000)
    old.say(...said)
    await world.run(1_000)
    expect([i, other.view()]).toEqual([i, { at: 'ended', why: 'cut', theirs: false }])
    expect(other.kept).toEqual([])
  }
  // The same steps, kept to.
  const world = new World(3, CALM)
  const old = strangeOld(world)
  const other = newDevice(world, old.answer.fragment)
  other.taker.begin()
  await world.run(10_000, () => other.view().at === 'found')
  await world.run(1_000)
  old.say(...meets, begin, data(0), data(32), { type: 'end', bytes: 64 })
  await world.run(1_000, () => isOver(other))
  expect(other.view()).toEqual({ at: 'done' })
  await world.run(1_000)
  expect(old.steps.at(-1)).toEqual({ type: 'kept' })
})

test('who replaces the link and stands between the two cannot have both show one number', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const world = new World(seed, CALM)
    const old = oldDevice(world, PARTS)
    const [toNew, toOld] = [strangeOld(world), strangeNew(world, old.giver.fragment)]
    const other = newDevice(world, toNew.answer.fragment)
    other.taker.begin()
    await world.run(10_000, () => toOld.steps.length > 0 && other.view().at === 'found')
    await world.run(1_000)
    // What the old device is held to is passed on; its share is only shown for one of the new device’s, which is passed on too.
    toNew.say(...toOld.steps)
    await world.run(1_000)
    toOld.say(...toNew.steps)
    await world.run(1_000)
    toNew.say(...toOld.steps.slice(1))
    await world.run(1_000)
    const [mine, theirs] = [old.view(), other.view()]
    if (mine.at !== 'compare' || theirs.at !== 'compare') throw new Error(`${mine.at}, ${theirs.at}`)
    expect(mine.number).not.toBe(theirs.number)
  }
})
