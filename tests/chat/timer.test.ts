/** Two sides that say what they want about disappearing messages come to the same, whatever crosses on the way. */
import { deepEqual, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { NO_TIMER } from '../../src/chat/keeping.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import type { TimerMessage } from '../../src/protocol/message.ts'
import {
  afterAct,
  afterArrival,
  afterEnd,
  afterHeard,
  afterText,
  restated,
  type Timer,
  type TimerAct,
} from '../../src/chat/timer.ts'

type Side = { timer: Timer; readonly inbox: TimerMessage[]; readonly wanted: Set<number> }
type Step = { readonly who: 0 | 1; readonly act: TimerAct | 'hear' }

const act: fc.Arbitrary<TimerAct | 'hear'> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('hear' as const) },
  fc.integer({ min: 1, max: 3 }).map((seconds) => ({ act: 'suggest' as const, seconds })),
  fc.constantFrom({ act: 'agree' as const, n: 0 }, { act: 'end' as const }, { act: 'decline' as const }),
)
/** To what is before their eyes. */
const aimed = (timer: Timer, what: TimerAct): TimerAct => (what.act === 'agree' ? { ...what, n: timer.n } : what)
const steps = fc.array(fc.record({ who: fc.constantFrom(0 as const, 1 as const), act }), { maxLength: 40 })

function hear(sides: readonly [Side, Side], who: 0 | 1): void {
  const side = sides[who]
  const said = side.inbox.shift()
  if (!said) return
  side.timer = afterHeard(side.timer, said, who === 0)
  const other = sides[who === 0 ? 1 : 0]
  other.timer = afterArrival(other.timer, said)
}

function run(all: readonly Step[]): readonly [Side, Side] {
  const sides: [Side, Side] = [0, 1].map(() => ({ timer: NO_TIMER, inbox: [], wanted: new Set() })) as never
  for (const { who, act: what } of all) {
    if (what === 'hear') hear(sides, who)
    else if (may(sides[who].timer, aimed(sides[who].timer, what))) {
      const { timer, say } = afterAct(sides[who].timer, aimed(sides[who].timer, what))
      if (what.act === 'suggest') sides[who].wanted.add(what.seconds)
      if (what.act === 'agree') sides[who].wanted.add(timer.seconds)
      sides[who].timer = timer
      if (say) sides[who === 0 ? 1 : 0].inbox.push(say)
    }
    // Nobody's messages disappear after a time that they never wanted.
    for (const { timer, wanted } of sides)
      for (const seconds of [timer.seconds, timer.lingers?.seconds ?? 0])
        ok(seconds === 0 || wanted.has(seconds), `${seconds} s, which nobody wanted`)
  }
  return sides
}

function may(timer: Timer, what: TimerAct): boolean {
  try {
    afterAct(timer, what)
    return true
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return false
  }
}

test('whatever the two do, and whatever crosses: once all is heard, both know the same', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const sides = run(all)
      for (const who of [0, 1] as const) while (sides[who].inbox.length > 0) hear(sides, who)
      const [a, b] = sides.map(({ timer }) => timer) as [Timer, Timer]
      // Playwright notes each `expect`, which takes longer than what is looked at here.
      deepEqual([b.n, b.seconds], [a.n, a.seconds])
      deepEqual([a.unsaid, b.unsaid], [undefined, undefined])
      const pendingOf = ({ pending }: Timer) => pending && [pending.mine, pending.seconds]
      deepEqual(pendingOf(b), a.pending && [!a.pending.mine, a.pending.seconds])
    }),
    { numRuns: 2_000 },
  )
})

test('the usual way: suggested, agreed, changed, ended', () => {
  const sides = run([
    { who: 0, act: { act: 'suggest', seconds: 60 } },
    { who: 1, act: 'hear' },
    { who: 1, act: { act: 'agree', n: 1 } },
    { who: 0, act: 'hear' },
  ])
  for (const { timer } of sides) expect(timer).toEqual({ n: 1, seconds: 60, from: 0 })
  const later = afterAct(sides[1].timer, { act: 'suggest', seconds: 30 }).timer
  expect([later.seconds, later.pending]).toEqual([60, { mine: true, seconds: 30 }])
  const { timer: over, say } = afterAct(sides[0].timer, { act: 'end' })
  // What the other side wrote before it heard of the end still goes.
  expect(over).toEqual({ n: 2, seconds: 0, from: 0, unsaid: true, lingers: { n: 2, seconds: 60 } })
  const heard = afterArrival(over, say!)
  expect(afterText(heard, 60)).toEqual({ n: 2, seconds: 0, from: 0, lingers: { n: 2, seconds: 60, known: true } })
  expect(afterText(over, undefined)).toBe(over)
  expect(afterText(heard, undefined)).toEqual({ n: 2, seconds: 0, from: 0 })
})

test('to agree takes a suggestion, to decline tells nobody, and one suggestion waits for its answer', () => {
  const offered = afterHeard(NO_TIMER, { kind: 'timer', act: 'suggest', n: 1, seconds: 60 }, true)
  expect(afterAct(offered, { act: 'decline' })).toEqual({
    timer: { ...offered, pending: { mine: false, seconds: 60, declined: true } },
  })
  for (const what of ['decline', 'end'] as const) expect(may(NO_TIMER, { act: what })).toBe(false)
  expect(may(NO_TIMER, { act: 'agree', n: 0 })).toBe(false)
  // Another one than that which was read.
  expect([0, 1, 2].map((n) => may(offered, { act: 'agree', n }))).toEqual([false, true, false])
  const waits = afterAct(NO_TIMER, { act: 'suggest', seconds: 60 }).timer
  expect(may(waits, { act: 'suggest', seconds: 30 })).toBe(false)
  expect(may(waits, { act: 'agree', n: 1 })).toBe(false)
})

test('what agrees to nothing, or is older than what is known, changes nothing; the largest number is not passed', () => {
  const known: Timer = { n: 5, seconds: 60, from: 3 }
  const say = (what: TimerMessage['act'], n: number): TimerMessage => ({ kind: 'timer', act: what, n, seconds: 9 })
  for (const [what, n] of [
    ['agree', 5],
    ['agree', 6],
    ['suggest', 5],
    ['suggest', 4],
    ['end', 4],
  ] as const)
    expect(afterHeard(known, say(what, n), true)).toBe(known)
  const last = afterHeard(known, say('suggest', 2 ** 32 - 1), true)
  expect(afterAct(last, { act: 'end' }).say?.n).toBe(2 ** 32 - 1)
})

test('who takes back a suggestion keeps to its time until the other knows: it may have been agreed to', () => {
  const waits = afterAct(NO_TIMER, { act: 'suggest', seconds: 60 }).timer
  expect(afterAct(waits, { act: 'end' }).timer.lingers).toEqual({ n: 2, seconds: 60 })
  // Of somebody else's nothing was promised.
  const offered = afterHeard(NO_TIMER, { kind: 'timer', act: 'suggest', n: 1, seconds: 60 }, true)
  expect(afterAct(offered, { act: 'end' }).timer.lingers).toBeUndefined()
})

test('what holds can be said once more, and tells nobody anything new who knows it', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const sides = run(all)
      for (const who of [0, 1] as const) while (sides[who].inbox.length > 0) hear(sides, who)
      const [a, b] = sides.map(({ timer }) => timer) as [Timer, Timer]
      const say = restated(a)
      if (a.n === 0 || !say) return
      const known = afterHeard(b, say, false)
      expect(known).toMatchObject({ n: b.n, seconds: b.seconds })
      expect(known.pending).toEqual(b.pending)
    }),
    { numRuns: 1_000 },
  )
})

test('an end is always possible, with nothing to end as well', () => {
  expect(afterEnd({ n: 4, seconds: 0, from: 0 }).say).toEqual({ kind: 'timer', act: 'end', n: 5, seconds: 1 })
})
