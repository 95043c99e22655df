import { readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import { concat, fromHex, toHex, utf8 } from '../../src/protocol/bytes.ts'
import { combine, digits, fingerprint, safetyNumber } from '../../src/protocol/safety.ts'
import { alice, bob, flip, keyPairOf } from './help.ts'

const carol = keyPairOf('carol')

test("Signal's known answers: the digits and the first 32 bytes of each fingerprint", () => {
  const known = JSON.parse(readFileSync('tests/vectors/libsignal_fingerprint.json', 'utf8')) as Record<string, string>
  const prints = (['alice', 'bob'] as const).map((who) =>
    fingerprint(fromHex(known[`${who}_identity`]!), utf8(known[`${who}_stable_id`]!)),
  )
  const [hers, his] = prints as [(typeof prints)[0], (typeof prints)[0]]
  expect(combine(digits(hers), digits(his))).toBe(known['displayable_v1_and_v2'])
  expect(combine(digits(his), digits(hers))).toBe(known['displayable_v1_and_v2'])
  // Signal's QR code is a protobuf of both halves: 1: version, 2: {1: local}, 3: {1: remote}.
  const half = (print: typeof hers): string => toHex(print.slice(0, 32))
  expect(`080112220a20${half(hers)}1a220a20${half(his)}`).toBe(known['alice_scannable_v1'])
})

test('another stable id or key gives other digits', () => {
  const key = concat(Uint8Array.of(5), alice.public)
  const one = digits(fingerprint(key, utf8('sotto/1')))
  expect(digits(fingerprint(key, utf8('sotto/2')))).not.toBe(one)
  expect(digits(fingerprint(flip(key, 32), utf8('sotto/1')))).not.toBe(one)
})

test('60 digits, the same on both screens, others for another person', () => {
  const number = safetyNumber(alice.public, bob.public)
  expect(number).toMatch(/^\d{60}$/)
  expect(safetyNumber(bob.public, alice.public)).toBe(number)
  expect(safetyNumber(alice.public, carol.public)).not.toBe(number)
})
