/**
 * The real protocol and the second implementation, in step through random schedules; what must come of each step a model says,
 * or, where somebody attacks, their agreement. `SEED=…` plays a run again; `npm run soak:protocol` goes on for as long as one likes.
 */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { toHex } from '../../src/protocol/bytes.ts'
import { decodePayload, decodeReply, encodePayload } from '../../src/protocol/payload.ts'
import type { RatchetReply } from '../../src/protocol/payload.ts'
import { damaged, payload } from '../protocol/arbitrary.ts'
import { attacks } from './attack.ts'
import { hex, integerOf } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { forgedPayload } from './forged-payload.ts'
import { faults } from './forgery.ts'
import { CAPABILITIES, RATCHET_KEY, readP1, readP2 } from './payload.ts'
import { attack, forge, fromHandshake, fromKeys } from './plays.ts'
import { disorder, life, limits, monologue, renewals } from './schedule.ts'
import { both } from './twin.ts'
import type { Outcome } from './twin.ts'
import { noCounts } from './world.ts'

const seed = process.env['SEED']
/** For the random bytes of a plan; of no use to shorten. */
const number = fc.noShrink(fc.nat())

/** Plays so many plans and gives what was counted in all: a play in which nothing happens must not pass. */
function many<P, C>(runs: number, plans: fc.Arbitrary<P>, counts: C, play: (n: number, plan: P, counts: C) => void): C {
  const property = fc.property(number, plans, (n, plan) => play(n, plan, counts))
  fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed: Number(seed) }) })
  return counts
}

function expectEach(codes: readonly string[], counts: Readonly<Record<string, number>>, more: number): void {
  for (const code of codes) expect(counts[code], code).toBeGreaterThan(more)
}

const capsOf = (fields: ReadonlyMap<number, Bytes>) => `${integerOf(fields.get(CAPABILITIES)!)}`

// Two parts, so that two cores share them.
for (const part of [1, 2]) {
  test(`frames lost, late, early, twice and changed, part ${part}`, () => {
    const { opened, forgotten, refused } = many(125, disorder, noCounts(), fromKeys)
    expect(opened).toBeGreaterThan(500)
    expect(forgotten).toBeGreaterThan(10)
    expectEach(['bad-tag', 'replay', 'too-large', 'state'], refused, 10)
  })

  test(`the same where one side speaks, part ${part}`, () => {
    const { opened, refused } = many(400, monologue, noCounts(), fromKeys)
    expect(opened).toBeGreaterThan(2000)
    expectEach(['bad-tag', 'replay', 'too-large', 'version'], refused, 1)
  })
}

test('around the limits: missing frames, kept keys, chains', () => {
  const { forgotten, refused } = many(60, limits, noCounts(), fromKeys)
  expect(forgotten).toBeGreaterThan(10)
  expectEach(['skipped', 'replay'], refused, 10)
})

test('keys renewed in any interleaving with frames under way', () => {
  const { rekeys, refused } = many(60, renewals, noCounts(), fromKeys)
  expect(rekeys).toBeGreaterThan(3)
  expectEach(['bad-tag', 'state'], refused, 10)
})

test('from a handshake through renewals and reconnections, with frames of former sessions', () => {
  const { rekeys, reconnects } = many(25, life, noCounts(), fromHandshake)
  expect(rekeys).toBeGreaterThan(0)
  expect(reconnects).toBeGreaterThan(3)
})

for (const role of ['initiator', 'responder'] as const) {
  test(`frames that only a forger writes, in the place of the ${role}`, () => {
    const counts = many(120, attacks, {}, (n, plan, all) => attack(role, n, plan, all))
    expectEach(['opened', 'malformed', 'bad-tag', 'bad-key', 'skipped', 'replay', 'version'], counts, 3)
  })
}

function counted(counts: Record<string, number>, outcome: Outcome<unknown>): void {
  const code = 'code' in outcome ? outcome.code : 'taken'
  counts[code] = (counts[code] ?? 0) + 1
}

const p1s = fc.oneof(payload.map(encodePayload), damaged(payload.map(encodePayload)), forgedPayload)

test('payloads of a first message, sound, damaged and forged', () => {
  const counts = many(2000, p1s, {}, (_, bytes, all) => {
    counted(all, both('P1', [() => decodePayload(bytes), ({ caps }) => `${caps}`], [() => readP1(bytes), capsOf]))
  })
  expectEach(['malformed', 'taken'], counts, 100)
})

test('payloads of a second message, forged', () => {
  const real = (reply: RatchetReply) => (reply.status === 'ok' ? toHex(reply.ratchet) : '')
  const second = (fields: ReadonlyMap<number, Bytes>) => hex(fields.get(RATCHET_KEY) ?? new Uint8Array())
  const counts = many(2000, forgedPayload, {}, (_, bytes, all) => {
    counted(all, both('P2', [() => decodeReply(bytes), real], [() => readP2(bytes), second]))
  })
  expectEach(['malformed', 'bad-key', 'taken'], counts, 30)
})

test('a first handshake message that only a forger writes', () => {
  const counts = many(90, faults, {}, (n, plan, all) => forge(1, n, plan, all))
  expectEach(['bad-tag', 'bad-key', 'self', 'malformed', 'taken'], counts, 0)
})

test('a second handshake message that only a forger writes', () => {
  const counts = many(40, faults, {}, (n, plan, all) => forge(2, n, plan, all))
  expectEach(['bad-tag', 'bad-key', 'malformed', 'taken'], counts, 0)
})
