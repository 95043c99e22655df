/**
 * The real protocol and the second implementation, in step through random schedules; what must come of each step a model says,
 * or, where somebody attacks, their agreement. `SEED=…` plays a run again.
 */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { Attacker, attacks } from './attack.ts'
import { faults, forgedHs1, forgedHs2 } from './forgery.ts'
import type { Terms } from './handshake.ts'
import { meet, peopleOf, start } from './meet.ts'
import { disorder, life, limits, renewals, type Command } from './schedule.ts'
import { Source } from './twin.ts'
import { noCounts, World } from './world.ts'

const seed = process.env['SEED']
const runs = (numRuns: number) => ({ numRuns, ...(seed !== undefined && { seed: Number(seed) }) })

const people = peopleOf(new Source('people'))
const starts = Array.from({ length: 8 }, (_, i) => start(people, new Source(`start ${i}`)))
/** For the random bytes of a schedule; of no use to shorten. */
const number = fc.noShrink(fc.nat())
const startOf = (n: number) => starts[n % starts.length]!

/** Plays schedules from keys alone, without a handshake, and says what happened in all. */
function play(commands: fc.Arbitrary<Command[]>, numRuns: number) {
  const counts = noCounts()
  fc.assert(
    fc.property(number, commands, (n, plan) => {
      new World(startOf(n).met(), people, new Source(`schedule ${n}`), counts).run(plan)
    }),
    runs(numRuns),
  )
  return counts
}

for (const part of [1, 2]) {
  test(`frames lost, late, early, twice and changed, part ${part}`, () => {
    const { opened, refused } = play(disorder, 500)
    expect(opened).toBeGreaterThan(4000)
    for (const code of ['bad-tag', 'replay', 'too-large', 'version', 'state']) expect(refused[code]).toBeGreaterThan(10)
  })
}

test('around the limits: missing frames, kept keys, chains', () => {
  const { refused } = play(limits, 250)
  for (const code of ['skipped', 'replay', 'bad-tag']) expect(refused[code]).toBeGreaterThan(10)
})

test('keys renewed in any interleaving with frames under way', () => {
  const { rekeys, refused } = play(renewals, 150)
  expect(rekeys).toBeGreaterThan(50)
  for (const code of ['bad-tag', 'state']) expect(refused[code]).toBeGreaterThan(10)
})

const invited: Terms = {
  mode: 1,
  agreed: new Source('invite').take(75),
  nonce: new Source('nonce').take(16),
  psk: new Source('psk').take(32),
}
const known: Terms = { ...invited, mode: 2, agreed: new Source('pair').take(32) }

test('from a handshake through renewals and reconnections, with frames of former sessions', () => {
  const counts = noCounts()
  fc.assert(
    fc.property(number, life, (n, plan) => {
      const source = new Source(`life ${n}`)
      new World(meet(invited, people, source), people, source, counts).run(plan)
    }),
    runs(60),
  )
  expect(counts.rekeys).toBeGreaterThan(10)
  expect(counts.reconnects).toBeGreaterThan(20)
})

for (const role of ['initiator', 'responder'] as const) {
  test(`frames that only a forger writes, in the place of the ${role}`, () => {
    const counts: Record<string, number> = {}
    fc.assert(
      fc.property(number, attacks, (n, plan) => {
        const { met, secrets } = startOf(n)
        new Attacker(met(), role, secrets, new Source(`attack ${n}`), counts).run(plan)
      }),
      runs(400),
    )
    for (const code of ['opened', 'malformed', 'bad-tag', 'bad-key', 'skipped', 'replay', 'version']) {
      expect(counts[code], code).toBeGreaterThan(10)
    }
  })
}

for (const [name, forged, codes] of [
  ['first', forgedHs1, ['bad-tag', 'bad-key', 'self', 'malformed', 'taken']],
  ['second', forgedHs2, ['bad-tag', 'bad-key', 'malformed', 'taken']],
] as const) {
  test(`a ${name} handshake message that only a forger writes`, () => {
    const counts: Record<string, number> = {}
    fc.assert(
      fc.property(number, fc.constantFrom(invited, known), faults, (n, terms, all) => {
        const code = forged(terms, people, all, `forgery ${n}`)
        counts[code] = (counts[code] ?? 0) + 1
      }),
      runs(200),
    )
    for (const code of codes) expect(counts[code], code).toBeGreaterThan(0)
  })
}
