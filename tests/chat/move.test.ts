/** A profile that moves straight to another device: two machines, and a wire that does not mean well. */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { parseInvite } from '../../src/protocol/invite.ts'
import { toBase64url, type Bytes } from '../../src/protocol/bytes.ts'
import { LINK_MS } from '../../src/chat/move-give.ts'
import { bytesOf } from '../protocol/help.ts'
import { CALM, STORMY, World } from '../simulation/world.ts'
import { compares, isOver, isWhole, narrow, newDevice, oldDevice, pageOf } from './move-scene.ts'

const PARTS: readonly Bytes[] = [5, 70_000, 1, 2_000_000].map((length, i) => filled(length, i))
const FEW: readonly Bytes[] = [PARTS[0]!, PARTS[1]!]

/** Not the same byte twice in a row, so that what is in another place is seen. */
function filled(length: number, from: number): Bytes {
  const unit = bytesOf(`part ${from}`, 251)
  return new Uint8Array(length).map((_, i) => unit[i % 251]!)
}

const endOf = (view: object): unknown => ('why' in view ? view.why : 'at' in view && view.at)
const numberOf = (view: object): string | undefined => ('number' in view ? String(view.number) : undefined)

test('nothing leaves before begin; both show one number; all of it is there before anybody says so', async () => {
  const world = new World(1, CALM)
  const old = oldDevice(world, PARTS)
  const other = newDevice(world, old.giver.fragment)
  await world.run(30_000)
  expect(world.log).toEqual([])
  expect([old.view(), other.view()]).toEqual([{ at: 'waiting', isReached: true }, { at: 'ready' }])
  other.taker.begin()
  await compares(world, old, other)
  const number = numberOf(other.view())
  expect(number).toMatch(/^\d{8}$/)
  expect(old.view()).toEqual({ at: 'compare', number, others: false })
  await world.run(30_000)
  expect(old.wrote.parts).toBe(0)
  old.giver.accept()
  await world.run(60_000, () => isOver(old))
  expect(old.view()).toEqual({ at: 'done', lacking: 3 })
  expect(other.view()).toEqual({ at: 'done' })
  expect(isWhole(old, other, PARTS)).toBe(true)
  const stages = old.views.map(({ at }) => at).filter((at, i, all) => at !== all[i - 1])
  expect(stages).toEqual(['waiting', 'found', 'compare', 'moving', 'storing', 'done'])
  const coming = other.views.filter((view) => view.at === 'coming').map(({ bytes }) => bytes)
  expect(coming.length).toBeGreaterThan(5)
  expect(coming).toEqual([...coming].sort((a, b) => a - b))
})

test('a number that differs is told to both, and nothing was carried', async () => {
  const world = new World(2, CALM)
  const old = oldDevice(world, FEW)
  const other = newDevice(world, old.giver.fragment)
  other.taker.begin()
  await compares(world, old, other)
  old.giver.decline()
  await world.run(1_000)
  expect(old.view()).toMatchObject({ at: 'ended', why: 'declined' })
  expect(other.view()).toEqual({ at: 'ended', why: 'declined', theirs: true })
  old.giver.accept()
  await world.run(60_000)
  expect([old.wrote.parts, other.came.length]).toEqual([0, 0])
})

test('the first that opens a link has it: a second is told, the person at the old device too, and nothing else changes', async () => {
  const world = new World(3, CALM)
  const old = oldDevice(world, FEW)
  const other = newDevice(world, old.giver.fragment)
  other.taker.begin()
  await compares(world, old, other)
  const number = numberOf(old.view())
  const late = newDevice(world, old.giver.fragment)
  late.taker.begin()
  await world.run(10_000)
  expect(late.view()).toEqual({ at: 'ended', why: 'used', theirs: false })
  expect(old.view()).toEqual({ at: 'compare', number, others: true })
  old.giver.accept()
  await world.run(60_000, () => isOver(old))
  expect(isWhole(old, other, FEW)).toBe(true)
  expect(late.came).toEqual([])
})

test('who knows the topic and not the secret is not even answered, and a link is good for so long', async () => {
  const world = new World(4, CALM)
  const old = oldDevice(world, FEW)
  const elsewhere = oldDevice(world, FEW)
  const other = newDevice(world, elsewhere.giver.fragment)
  elsewhere.giver.stop()
  other.taker.begin()
  await world.run(20_000)
  expect(other.view()).toEqual({ at: 'looking', isReached: true, isLong: true })
  expect(old.view()).toEqual({ at: 'waiting', isReached: true })
  await world.run(LINK_MS + 60_000)
  expect([old.view(), other.view()]).toMatchObject([{ why: 'expired' }, { why: 'expired' }])
})

test('a link that is not whole, is too old or of a newer version sends nothing', async () => {
  const world = new World(5, CALM)
  const old = oldDevice(world, FEW)
  const { fragment } = old.giver
  const newer = toBase64url(new Uint8Array([2, ...parseInvite(fragment).bytes.slice(1)]))
  const whys = [fragment.slice(0, -1), `${fragment}A`, '', newer].map((link) => newDevice(world, link).view())
  expect(whys).toMatchObject([{ why: 'damaged' }, { why: 'damaged' }, { why: 'damaged' }, { why: 'newer' }])
  await world.run(LINK_MS + 60_000)
  const late = newDevice(world, fragment)
  late.taker.begin()
  await world.run(5_000)
  expect(late.view()).toMatchObject({ why: 'expired' })
  // It has not even looked for a way.
  expect(late.ways.ends).toEqual([])
  expect(world.log).toEqual([])
})

test('without a relay, or with an address to hide and nowhere to hide it, it says so at once', () => {
  const world = new World(6, CALM)
  const link = oldDevice(world, FEW).giver.fragment
  const cases = [
    [{ relays: [] }, 'no-relay'],
    [{ relayOnly: true }, 'hidden'],
  ] as const
  for (const [changes, why] of cases) {
    expect(oldDevice(world, FEW, { ways: pageOf(world, changes) }).view()).toMatchObject({ at: 'ended', why })
    const other = newDevice(world, link, { ways: pageOf(world, changes) })
    other.taker.begin()
    expect(other.view()).toMatchObject({ at: 'ended', why })
  }
})

test('cut at any moment, both say so; the new device keeps nothing, and the old one never says that it is there', async () => {
  const moments = ['compare', 'moving', 'storing'] as const
  for (const [i, at] of moments.entries()) {
    for (const dies of ['old', 'new'] as const) {
      const world = new World(70 + i, CALM)
      const old = oldDevice(world, PARTS)
      const other = newDevice(world, old.giver.fragment, { keeps: () => new Promise(() => undefined) })
      other.taker.begin()
      await compares(world, old, other)
      if (at !== 'compare') old.giver.accept()
      await world.run(60_000, () => old.view().at === at && (at !== 'moving' || other.came.length > 20))
      ;(dies === 'old' ? old : other).ways.die()
      await world.run(120_000)
      const left = dies === 'old' ? other : old
      if (at === 'storing') expect(left.view()).toMatchObject(dies === 'old' ? { at: 'checking' } : { why: 'unsure' })
      else expect(left.view()).toEqual({ at: 'ended', why: 'cut', theirs: false })
      expect(other.kept).toEqual([])
    }
  }
})

test('what breaks once all has come is finished all the same, and the old device says that it does not know', async () => {
  const world = new World(8, CALM)
  let done: () => void = () => undefined
  const old = oldDevice(world, FEW)
  const keeps = () => new Promise<{ ok: true; lacking: number }>((go) => (done = () => go({ ok: true, lacking: 0 })))
  const other = newDevice(world, old.giver.fragment, { keeps })
  other.taker.begin()
  await compares(world, old, other)
  old.giver.accept()
  await world.run(60_000, () => other.view().at === 'checking')
  for (const end of [...old.ways.ends, ...other.ways.ends]) end.end('closed', 0)
  await world.run(1_000)
  expect(old.view()).toEqual({ at: 'ended', why: 'unsure', theirs: false })
  done()
  await world.run(1_000)
  expect(other.view()).toEqual({ at: 'done' })
  expect(isWhole(old, other, FEW)).toBe(true)
})

test('a new device that cannot keep it says why, and so does an old one that cannot write it', async () => {
  for (const why of ['full', 'occupied', 'failed', 'altered'] as const) {
    const world = new World(9, CALM)
    const old = oldDevice(world, FEW)
    const other = newDevice(world, old.giver.fragment, { keeps: () => Promise.resolve({ ok: false, why }) })
    other.taker.begin()
    await compares(world, old, other)
    old.giver.accept()
    await world.run(60_000, () => isOver(old))
    const told = why === 'altered' ? 'failed' : why
    expect(old.view()).toEqual({ at: 'ended', why: told, theirs: true })
    expect(other.view()).toEqual({ at: 'ended', why: told, theirs: false })
  }
  const world = new World(10, CALM)
  const old = oldDevice(world, FEW, { outcome: { ok: false, why: 'failed' } })
  const other = newDevice(world, old.giver.fragment)
  other.taker.begin()
  await compares(world, old, other)
  old.giver.accept()
  await world.run(60_000, () => isOver(other))
  expect(other.view()).toEqual({ at: 'ended', why: 'failed', theirs: true })
  expect(other.kept).toEqual([])
})

test('no more is under way than the channel has room for, and than was acknowledged', async () => {
  const world = new World(11, CALM)
  const waiting = { most: 0 }
  const page = pageOf(world)
  const old = oldDevice(world, PARTS, { ways: { ...page, ...narrow(world, page, waiting) } })
  const other = newDevice(world, old.giver.fragment)
  other.taker.begin()
  await compares(world, old, other)
  old.giver.accept()
  await world.run(600_000, () => isOver(old))
  expect(old.view().at).toBe('done')
  // What is no piece of the file does not wait.
  expect(waiting.most).toBeLessThanOrEqual(4)
  expect(isWhole(old, other, PARTS)).toBe(true)

  // Who acknowledges nothing gets a window, and no more.
  const deaf = new World(12, CALM)
  const giver = oldDevice(deaf, PARTS)
  const taker = newDevice(deaf, giver.giver.fragment)
  taker.taker.begin()
  await compares(deaf, giver, taker)
  const line = taker.ways.ends[0]!
  line.send = () => undefined
  giver.giver.accept()
  await deaf.run(20_000)
  const came = taker.came.reduce((sum, { length }) => sum + length, 0)
  expect(came).toBeGreaterThan(1 << 19)
  expect(came).toBeLessThanOrEqual((1 << 20) + 16_384)
  expect(giver.view().at).toBe('moving')
  await deaf.run(120_000)
  expect([giver.view(), giver.wrote.aborted]).toMatchObject([{ why: 'cut' }, true])
})

test('a bad wire and bad relays: whole, or nothing and both know', async () => {
  test.setTimeout(120_000)
  let whole = 0
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.boolean(), async (seed, calmLine) => {
      const line = { frameDrop: 0, frameRepeat: 0.05, frameSwap: 0, frameCorrupt: 0, cut: 0, tear: 0 }
      const world = new World(seed, { ...STORMY, ...(calmLine ? line : {}) })
      const old = oldDevice(world, FEW)
      const other = newDevice(world, old.giver.fragment)
      other.taker.begin()
      await world.run(LINK_MS, () => isOver(old) || isOver(other) || old.view().at === 'compare')
      if (old.view().at === 'compare') {
        await world.run(5_000)
        if (other.view().at === 'compare') expect(numberOf(other.view())).toBe(numberOf(old.view()))
        old.giver.accept()
      }
      await world.run(LINK_MS + 300_000, () => isOver(old) && isOver(other))
      expect([isOver(old), isOver(other)]).toEqual([true, true])
      if (old.view().at === 'done') expect(isWhole(old, other, FEW)).toBe(true)
      if (other.kept.length > 0) {
        expect(isWhole(old, other, FEW)).toBe(true)
        expect(['done', 'unsure']).toContain(endOf(old.view()))
        whole++
      }
    }),
    { numRuns: 25 },
  )
  expect(whole).toBeGreaterThan(0)
})
