/**
 * Hostile bytes close to valid ones: a valid encoding, then a few of the changes that break parsers. Everything is a
 * fast-check arbitrary, so a run is told by its seed, and what breaks is made smaller by itself.
 */
import fc from 'fast-check'
import { concat } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'

/** No change makes an input longer than this, which is above every limit but those of the disk. */
export const MAX_LENGTH = 64 * 1024

/** `other`: a second valid input, for splices. */
type Change = (bytes: Bytes, other: Bytes) => Bytes

/** Valid inputs to start from, the shortest first so that failures shrink to it; the same ones in every run. */
export function corpus<T extends { readonly length: number }>(valid: fc.Arbitrary<T>, count = 40): readonly T[] {
  return fc.sample(valid, { numRuns: count, seed: 1 }).sort((a, b) => a.length - b.length)
}

/** `seeds` with up to four changes. Half of them keep their length, for the formats that have fixed ones. */
export function mutated(seeds: readonly Bytes[]): fc.Arbitrary<Bytes> {
  const seed = fc.constantFrom(...seeds)
  const changes = fc.array(change, { maxLength: 4 })
  return fc.tuple(seed, seed, changes, fc.boolean()).map(([base, other, list, sameLength]) => {
    const out = list.reduce((bytes, apply) => apply(bytes, other).slice(0, MAX_LENGTH), base.slice())
    return sameLength ? fit(out, base.length) : out
  })
}

/** Nothing but noise. */
export const junk: fc.Arbitrary<Bytes> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => bytes.slice()),
  fc.tuple(fc.nat(0xff), fc.nat(MAX_LENGTH)).map(([value, length]) => new Uint8Array(length).fill(value)),
)

/** Cut, or padded with zeros. */
export function fit(bytes: Bytes, length: number): Bytes {
  return bytes.length >= length ? bytes.slice(0, length) : concat(bytes, new Uint8Array(length - bytes.length))
}

// Parsers keep what they trust, versions and lengths, in their first and last bytes.
const place = fc.oneof(fc.nat(7), fc.nat(80), fc.integer({ min: -12, max: -1 }), fc.nat(MAX_LENGTH))
const width = fc.constantFrom(1, 2, 4, 6)
const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 48 - 1]
const DELTAS = [1, -1, 2, -2, 16, -16, 256, -256, 0x7fff, 0xffff, 2 ** 31, 2 ** 32 - 2]

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(([at, bit]) => edit(at, (out, i) => (out[i]! ^= 1 << bit))),
  fc.tuple(place, fc.nat(0xff)).map(([at, to]) => edit(at, (out, i) => (out[i] = to))),
  fc
    .tuple(place, width, fc.constantFrom(...INTERESTING))
    .map(([at, size, n]) => edit(at, (out, i) => putUint(out, i, size, n))),
  fc
    .tuple(place, width, fc.constantFrom(...DELTAS))
    .map(([at, size, by]) => edit(at, (out, i) => putUint(out, i, size, getUint(out, i, size) + by))),
  fc
    .tuple(fc.constantFrom(4, 2, 1), fc.nat(), fc.constantFrom(...DELTAS, 1, -1, 1, -1))
    .map(([size, pick, by]) => lie(size, pick, by)),
  fc.tuple(place, fc.nat(64)).map(([at, length]) => edit(at, (out, i) => out.fill(0, i, i + length))),
  place.map(
    (at): Change =>
      (bytes) =>
        bytes.slice(0, index(bytes, at)),
  ),
  fc.tuple(fc.nat(0xff), fc.oneof(fc.nat(4), fc.nat(3000))).map(([value, count]): Change => {
    return (bytes) => concat(bytes, new Uint8Array(count).fill(value))
  }),
  fc.tuple(place, fc.nat(64)).map(([at, length]): Change => {
    return (bytes) => concat(bytes.slice(0, index(bytes, at)), bytes.slice(index(bytes, at) + length))
  }),
  fc.tuple(place, fc.nat(64), fc.oneof(fc.nat(3), fc.nat(300))).map(([at, length, times]) => repeat(at, length, times)),
  fc.tuple(place, place).map(([to, from]): Change => {
    return (bytes, other) => concat(bytes.slice(0, index(bytes, to)), other.slice(index(other, from)))
  }),
)

/** Changes a copy at a place inside; nothing of an empty input. */
function edit(at: number, run: (out: Bytes, index: number) => void): Change {
  return (bytes) => {
    const out = bytes.slice()
    if (out.length > 0) run(out, index(out, at))
    return out
  }
}

/** Makes what is probably a length wrong, by little or by much: an integer that says no more than what follows it. */
function lie(size: number, pick: number, by: number): Change {
  return (bytes) => {
    const out = bytes.slice()
    const found: number[] = []
    for (let at = 0; at + size <= Math.min(out.length, 1024); at++) {
      const said = getUint(out, at, size)
      if (said > 0 && said <= out.length - at - size) found.push(at)
    }
    const at = found[pick % found.length]
    if (at !== undefined) putUint(out, at, size, getUint(out, at, size) + by)
    return out
  }
}

/** A slice, and so whatever field it is, once more, or very often. */
function repeat(at: number, length: number, times: number): Change {
  return (bytes) => {
    const from = index(bytes, at)
    const slice = bytes.slice(from, from + length)
    const count = Math.min(times, Math.floor(MAX_LENGTH / Math.max(1, slice.length)))
    return concat(bytes.slice(0, from), ...Array.from({ length: count }, () => slice), bytes.slice(from))
  }
}

/** Negative places count from the end. */
function index(bytes: Bytes, at: number): number {
  return bytes.length === 0 ? 0 : ((at % bytes.length) + bytes.length) % bytes.length
}

function getUint(bytes: Bytes, at: number, size: number): number {
  let n = 0
  for (let i = at; i < Math.min(at + size, bytes.length); i++) n = n * 256 + bytes[i]!
  return n
}

/** Big-endian, the low bytes of any number, as far as there is room. */
function putUint(out: Bytes, at: number, size: number, n: number): void {
  let rest = n < 0 ? n + 256 ** size : n
  for (let i = Math.min(at + size, out.length) - 1; i >= at; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256
}
