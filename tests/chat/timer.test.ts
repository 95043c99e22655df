/** Two sides that say what they want about disappearing messages come to the same, whatever crosses on the way. */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { NO_TIMER } from '../../src/chat/keeping.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import type { TimerMessage } from '../../src/protocol/message.ts'
import { afterAct, afterArrival, afterHeard, type Timer, type TimerAct } from '../../src/chat/timer.ts'

type Side = { timer: Timer; readonly inbox: TimerMessage[]; readonly wanted: Set<number> }
type Step = { readonly who: 0 | 1; readonly act: TimerAct | 'hear' }

const act: fc.Arbitrary<TimerAct | 'hear'> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('hear' as const) },
  fc.integer({ min: 1, max: 3 }).map((seconds) => ({ act: 'suggest' as const, seconds })),
  fc.constantFrom({ act: 'agree' as const }, { act: 'end' as const }, { act: 'decline' as const }),
)
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
    else if (may(sides[who].timer, what)) {
      const { timer, say } = afterAct(sides[who].timer, what)
      if (what.act === 'suggest') sides[who].wanted.add(what.seconds)
      if (what.act === 'agree') sides[who].wanted.add(timer.seconds)
      sides[who].timer = timer
      if (say) sides[who === 0 ? 1 : 0].inbox.push(say)
    }
    // Nobody's messages disappear after a time that they never wanted.
    for (const { timer, wanted } of sides) if (timer.seconds > 0) expect(wanted).toContain(timer.seconds)
  }
  return sides
}

function may(timer: Timer, what: TimerAct): boolean {
  try {
    afterAct(timer, what)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError)
    return false
  }
}

test('whatever the two do, and whatever crosses: once all is heard, both know the same', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const sides = run(all)
      for (const who of [0, 1] as const) while (sides[who].inbox.length > 0) hear(sides, who)
      const [a, b] = sides.map(({ timer }) => timer) as [Timer, Timer]
      expect([b.n, b.seconds]).toEqual([a.n, a.seconds])
      expect([b.lingers, a.lingers]).toEqual([undefined, undefined])
      const pendingOf = ({ pending }: Timer) => pending && [pending.mine, pending.seconds]
      expect(pendingOf(b)).toEqual(a.pending && [!a.pending.mine, a.pending.seconds])
    }),
    { numRuns: 2_000 },
  )
})

test('the usual way: suggested, agreed, changed, ended', () => {
  const sides = run([
    { who: 0, act: { act: 'suggest', seconds: 60 } },
    { who: 1, act: 'hear' },
    { who: 1, act: { act: 'agree' } },
    { who: 0, act: 'hear' },
  ])
  for (const { timer } of sides) expect(timer).toEqual({ n: 1, seconds: 60, from: 0 })
  const later = afterAct(sides[1].timer, { act: 'suggest', seconds: 30 }).timer
  expect([later.seconds, later.pending]).toEqual([60, { mine: true, seconds: 30 }])
  const { timer: over, say } = afterAct(sides[0].timer, { act: 'end' })
  // What the other side wrote before it heard of the end still goes.
  expect(over).toEqual({ n: 2, seconds: 0, from: 0, lingers: { n: 2, seconds: 60 } })
  expect(afterArrival(over, say!)).toEqual({ n: 2, seconds: 0, from: 0 })
})

test('to agree takes a suggestion, to decline tells nobody, and one suggestion waits for its answer', () => {
  const offered = afterHeard(NO_TIMER, { kind: 'timer', act: 'suggest', n: 1, seconds: 60 }, true)
  expect(afterAct(offered, { act: 'decline' })).toEqual({
    timer: { ...offered, pending: { mine: false, seconds: 60, declined: true } },
  })
  for (const what of ['agree', 'decline', 'end'] as const) expect(may(NO_TIMER, { act: what })).toBe(false)
  const waits = afterAct(NO_TIMER, { act: 'suggest', seconds: 60 }).timer
  expect(may(waits, { act: 'suggest', seconds: 30 })).toBe(false)
  expect(may(waits, { act: 'agree' })).toBe(false)
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
