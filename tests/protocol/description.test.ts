import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { concat } from '../../src/protocol/bytes.ts'
import { decodeDescription, encodeDescription, MAX_CANDIDATES } from '../../src/protocol/description.ts'
import type { Candidate, RtcDescription } from '../../src/protocol/description.ts'
import { bytes, candidate, damaged, description, survives } from './arbitrary.ts'
import { bytesOf, codeOf } from './help.ts'

const plain: RtcDescription = {
  setup: 'actpass',
  ufrag: 'abcd',
  pwd: 'abcdefghijklmnopqrstuv',
  fingerprint: bytesOf('fingerprint', 32),
  sctpPort: 5000,
  maxMessageSize: 262144,
  candidates: [],
}

function ipv4(...address: number[]): Candidate['address'] {
  return { kind: 'ipv4', bytes: Uint8Array.from(address) }
}

function ipv6(text: string): Candidate['address'] {
  const groups = text.split(':').map((group) => parseInt(group, 16))
  return { kind: 'ipv6', bytes: Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])) }
}

const at = (address: Candidate['address'], port = 5000): Candidate => ({ type: 'host', address, port, priority: 1 })

/** What is left of the candidates after one trip. */
function carried(...candidates: Candidate[]): readonly Candidate[] {
  return decodeDescription(encodeDescription({ ...plain, candidates })).candidates
}

test('a description comes back with its candidates in order, useful, once each, at most 12', () => {
  fc.assert(
    fc.property(description, (given) => {
      const { candidates, ...rest } = decodeDescription(encodeDescription(given))
      const { candidates: offered, ...expected } = given
      expect(rest).toEqual(expected)
      expect(candidates.length).toBeLessThanOrEqual(MAX_CANDIDATES)
      for (const one of candidates) expect(offered).toContainEqual(one)
      const order = candidates.map((one) => ['relay', 'srflx', 'host'].indexOf(one.type))
      expect(order).toEqual([...order].sort((a, b) => a - b))
      expect(encodeDescription({ ...rest, candidates })).toEqual(encodeDescription(given))
    }),
  )
})

test('hostile description bytes end in a ProtocolError or a description', () => {
  const valid = description.map(encodeDescription)
  fc.assert(
    fc.property(fc.oneof(bytes(0, 400), damaged(valid)), (b) => survives(b, decodeDescription, encodeDescription)),
  )
})

for (const [what, address] of [
  ['loopback', ipv4(127, 0, 0, 1)],
  ['unspecified', ipv4(0, 0, 0, 0)],
  ['multicast', ipv4(224, 0, 0, 251)],
  ['broadcast', ipv4(255, 255, 255, 255)],
  ['the metadata service', ipv4(169, 254, 169, 254)],
  ['IPv6 loopback', ipv6('0:0:0:0:0:0:0:1')],
  ['IPv6 unspecified', ipv6('0:0:0:0:0:0:0:0')],
  ['IPv6 multicast', ipv6('ff02:0:0:0:0:0:0:1')],
  ['loopback as mapped IPv4', ipv6('0:0:0:0:0:ffff:7f00:1')],
  ['the IPv6 metadata service', ipv6('fd00:ec2:0:0:0:0:0:254')],
] as const) {
  test(`a candidate at ${what} is dropped, whoever encoded it`, () => {
    expect(carried(at(address))).toEqual([])
    const forged = encodeDescription({
      ...plain,
      candidates: [at(address.kind === 'ipv4' ? ipv4(192, 0, 2, 1) : ipv6('2001:db8:0:0:0:0:0:1'))],
    })
    forged.set(address.bytes, forged.length - 6 - address.bytes.length)
    expect(decodeDescription(forged).candidates).toEqual([])
  })
}

test('candidates that people really have are kept', () => {
  const useful = [
    at(ipv4(192, 168, 1, 7)),
    at(ipv4(169, 254, 7, 7)),
    at(ipv6('fd12:3456:0:0:0:0:0:1')),
    at(ipv6('2001:db8:0:0:0:0:0:1')),
    at({ kind: 'mdns', bytes: new Uint8Array(16) }),
  ]
  expect(carried(...useful)).toEqual(useful)
  expect(carried(at(ipv4(192, 0, 2, 1), 0))).toEqual([])
})

test('more candidates than twelve are refused, however sound', () => {
  const many = encodeDescription({
    ...plain,
    candidates: Array.from({ length: 12 }, (_, i) => at(ipv4(192, 0, 2, i + 1))),
  })
  const count = many.length - 12 * 12 - 1
  expect(many[count]).toBe(12)
  for (const claimed of [13, 255]) {
    // Sound in every other way: as many as it says, each another.
    const more = Array.from({ length: claimed - 12 }, (_, i) => {
      const one = many.slice(-12)
      one.set([198, 51, 100, i], 2)
      return one
    })
    const forged = concat(many, ...more)
    forged[count] = claimed
    expect(codeOf(() => decodeDescription(forged))).toBe('malformed')
  }
})

test('candidates out of order or twice are refused', () => {
  const [a, b] = [at(ipv4(192, 0, 2, 1)), at(ipv4(192, 0, 2, 2))]
  const both = encodeDescription({ ...plain, candidates: [{ ...a, type: 'relay' }, b] })
  const [first, second] = [both.slice(-24, -12), both.slice(-12)]
  const head = both.slice(0, -24)
  expect(codeOf(() => decodeDescription(concat(head, second, first)))).toBe('malformed')
  expect(codeOf(() => decodeDescription(concat(head, first, first)))).toBe('malformed')
  expect(codeOf(() => decodeDescription(concat(head, first, second)))).toBe('nothing thrown')
})

for (const [what, change] of [
  ['a line break in ufrag', { ufrag: 'ab\r\na=x' }],
  ['a short ufrag', { ufrag: 'abc' }],
  ['a long ufrag', { ufrag: 'a'.repeat(256) }],
  ['a short pwd', { pwd: 'a'.repeat(21) }],
  ['a non-ASCII pwd', { pwd: 'ä'.repeat(22) }],
  ['a short fingerprint', { fingerprint: bytesOf('fingerprint', 31) }],
  ['SCTP port 0', { sctpPort: 0 }],
] as const) {
  test(`a description with ${what} is refused`, () => {
    expect(codeOf(() => encodeDescription({ ...plain, ...change }))).toBe('malformed')
  })
}

test('a candidate whose address has another length is refused', () => {
  fc.assert(
    fc.property(candidate, (one) => {
      const wrong = { ...one, port: 1, address: { kind: 'mdns' as const, bytes: one.address.bytes.slice(1) } }
      expect(codeOf(() => encodeDescription({ ...plain, candidates: [wrong] }))).toBe('malformed')
    }),
  )
})
