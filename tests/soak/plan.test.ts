import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { planOf, type Step, type Who } from './plan.ts'

const wishes = fc.record({
  messages: fc.integer({ min: 0, max: 2000 }),
  kills: fc.integer({ min: 1, max: 60 }),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
})

/** The first step that asks for what only those who are here can do, or that leaves somebody away. */
function impossible(steps: readonly Step[]): Step | undefined {
  let away: Who | undefined
  let down = false
  const isImpossible = (step: Step): boolean => {
    if (step.do === 'write') return step.who === away
    if (step.do === 'settle') return away !== undefined || down
    if (step.do === 'return') {
      away = undefined
      down = false
      return false
    }
    const { blow, whom, when, stays } = step
    const needsLine = when === 'arrived' || when === 'delivered'
    const before = away
    if (stays && blow === 'relay') down = true
    else if (stays) away = whom
    return (down && blow !== 'relay') || (before !== undefined && (whom === before || needsLine))
  }
  return [...steps, { do: 'settle' as const }].find(isImpossible)
}

test('a plan has all that was wished for, is the same for the same seed, and can be played', () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      const steps = planOf(wish)
      expect(planOf(wish)).toEqual(steps)
      expect(steps.filter((step) => step.do === 'write')).toHaveLength(wish.messages)
      expect(steps.filter((step) => step.do === 'strike' && step.blow === 'kill')).toHaveLength(wish.kills)
      expect(steps.at(-1)).toEqual({ do: 'settle' })
      expect(impossible(steps)).toBe(undefined)
    }),
  )
})

test('a long plan has everything in it', () => {
  const steps = planOf({ messages: 1000, kills: 30, seed: 5 })
  const strikes = steps.filter((step) => step.do === 'strike')
  const of = (pick: (strike: (typeof strikes)[number]) => string) => new Set(strikes.map(pick))
  expect(of(({ blow, stays }) => `${blow} ${stays ? 'and stays away' : ''}`.trim())).toEqual(
    new Set([
      'kill',
      'kill and stays away',
      'reload',
      'close',
      'close and stays away',
      'take over',
      'relay',
      'relay and stays away',
    ]),
  )
  expect(of(({ when, blow, whom }) => (blow === 'kill' ? `${whom} ${when}` : ''))).toEqual(
    new Set([
      '',
      ...[0, 1].flatMap((who) => ['typed', 'shown', 'arrived', 'delivered'].map((when) => `${who} ${when}`)),
    ]),
  )
})
