/** What the soak would say of histories that are not as they should be. */
import { expect, test } from 'playwright/test'
import { count, recount, sentBy, withAbove, type Evidence, type Findings, type Shown } from './tally.ts'

const mine = (text: string, state = 'delivered'): Shown => ({ mine: true, text, state })
const theirs = (text: string): Shown => ({ mine: false, text })

/** Ana wrote a0, a1, a2, Ben wrote b0; a3 died with the page into which it was typed. */
const SOUND: Evidence = {
  typed: [['a0', 'a1', 'a2', 'a3'], ['b0']],
  seen: [new Set(['a0', 'a1', 'a2', 'b0']), new Set(['a0', 'a1', 'a2', 'b0'])],
  told: [new Set(['a0', 'a1', 'a2']), new Set(['b0'])],
  logs: [
    [mine('a0'), mine('a1'), theirs('b0'), mine('a2', 'read')],
    [theirs('a0'), mine('b0'), theirs('a1'), theirs('a2')],
  ],
}
const NOTHING: Findings = {
  lost: [],
  duplicated: [],
  misordered: [],
  falselyDelivered: [],
  takenBack: [],
  altered: [],
}

const [ana, ben] = SOUND.logs
const logs = (anas: readonly Shown[], bens: readonly Shown[]): Evidence => ({ ...SOUND, logs: [anas, bens] })

test('a long log is read in stretches, and what stands there twice is read twice', () => {
  const rows = ['a', 'b', 'b', 'c', 'd'].map(theirs)
  const textsOf = (read: readonly Shown[] | undefined) => read?.map(({ text }) => text).join('')
  expect(textsOf(withAbove(rows.slice(0, 4), rows.slice(2)))).toBe('abbcd')
  expect(textsOf(withAbove(rows.slice(0, 3), rows.slice(1)))).toBe('abbcd')
  expect(textsOf(withAbove(rows, rows.slice(3)))).toBe('abbcd')
  expect(withAbove(rows.slice(0, 2), rows.slice(3))).toBeUndefined()
})

test('what never showed does not count, and all is well', () => {
  expect(sentBy(0, SOUND)).toEqual(['a0', 'a1', 'a2'])
  expect(count(SOUND)).toEqual(NOTHING)
  expect([recount(0, SOUND), recount(1, SOUND)]).toEqual([NOTHING, NOTHING])
})

const without = (log: readonly Shown[], text: string) => log.filter((row) => row.text !== text)
const swapped = (log: readonly Shown[]) => [log[0]!, log[3]!, log[2]!, ...log.slice(4), log[1]!]
const told = (who: 0 | 1, text: string): Evidence => ({
  ...SOUND,
  typed: [
    ['a0', 'a1', 'a2', 'a3'],
    ['b0', 'b1'],
  ],
  told: who === 0 ? [new Set([...SOUND.told[0], text]), SOUND.told[1]] : [SOUND.told[0], new Set(['b0', text])],
})

for (const [what, evidence, expected] of [
  [
    'gone where it was written',
    logs(without(ana, 'b0'), without(ben, 'b0')),
    { lost: ['b0'], falselyDelivered: ['b0'] },
  ],
  ['not there where it goes', logs(ana, without(ben, 'a1')), { lost: ['a1'], falselyDelivered: ['a1'] }],
  ['not there where it came from', logs(without(ana, 'a1'), ben), { lost: ['a1'] }],
  ['died unseen and arrived', logs(ana, [...ben, theirs('a3')]), { lost: ['a3'] }],
  ['twice', logs(ana, [...ben, theirs('a1')]), { duplicated: ['a1'] }],
  ['twice where it was written', logs([...ana, mine('a2')], ben), { duplicated: ['a2'] }],
  ['in another order', logs(ana, swapped(ben)), { misordered: ['a1'] }],
  ['delivered and nowhere', told(0, 'a3'), { falselyDelivered: ['a3'] }],
  ['not delivered any more', logs([mine('a0', 'queued'), ...ana.slice(1)], ben), { takenBack: ['a0'] }],
  ['another text', logs(ana, [...ben, theirs('a1!')]), { altered: ['a1!'] }],
  ['in the wrong mouth', logs(ana, [...without(ben, 'a2'), mine('a2')]), { altered: ['a2'] }],
] satisfies [string, Evidence, Partial<Findings>][])
  test(`a history is wrong: ${what}`, () => {
    expect(count(evidence)).toEqual({ ...NOTHING, ...expected })
  })

test('after its page died one side is asked alone', () => {
  expect(recount(1, logs([], without(ben, 'a2')))).toEqual({ ...NOTHING, lost: ['a2'], falselyDelivered: ['a2'] })
  expect(recount(0, logs([mine('a0', 'queued'), ...ana.slice(1)], []))).toEqual({ ...NOTHING, takenBack: ['a0'] })
  expect(recount(0, logs([{ mine: true, text: 'a0' }, ...ana.slice(1)], []))).toEqual(NOTHING)
  expect(recount(1, told(0, 'a3')).falselyDelivered).toEqual(['a3'])
  expect(recount(0, told(1, 'b1')).falselyDelivered).toEqual(['b1'])
})
