/** Hostile texts close to valid ones: characters, repetitions without end, and for JSON the tree as well. */
import fc from 'fast-check'
import { MAX_LENGTH } from './mutate.ts'

type Change = (text: string, other: string) => string

/** `seeds` with up to four changes; at most `most` characters. */
export function mutatedText(seeds: readonly string[], most = MAX_LENGTH): fc.Arbitrary<string> {
  const seed = fc.constantFrom(...seeds)
  return fc.tuple(seed, seed, fc.array(change, { maxLength: 4 })).map(([base, other, list]) => {
    return list.reduce((text, apply) => apply(text, other).slice(0, most), base)
  })
}

export function junkText(most = MAX_LENGTH): fc.Arbitrary<string> {
  const noise = fc.string({ unit: 'binary', maxLength: Math.min(300, most) })
  return fc.oneof(
    noise,
    fc.tuple(noise, fc.nat(most)).map(([text, length]) => text.repeat(length).slice(0, most)),
  )
}

/** JSON texts of trees close to valid ones, and those texts changed. */
export function mutatedJson(seeds: readonly unknown[], most = MAX_LENGTH): fc.Arbitrary<string> {
  const tree = fc.constantFrom(...seeds)
  const trees = fc.tuple(tree, fc.array(graft, { minLength: 1, maxLength: 3 }))
  const text = trees.map(([base, grafts]) => JSON.stringify(grafts.reduce((value, apply) => apply(value), base)))
  const changed = fc
    .tuple(text, text, fc.array(change, { minLength: 1, maxLength: 2 }))
    .map(([base, other, list]) => list.reduce((now, apply) => apply(now, other), base))
  const valid = tree.map((value) => JSON.stringify(value))
  return fc
    .oneof({ weight: 1, arbitrary: valid }, { weight: 6, arbitrary: text }, { weight: 3, arbitrary: changed })
    .map((one) => one.slice(0, most))
}

/** What other parsers have stumbled over. */
const SNIPPETS = [
  // Signs that vanish, turn the line round, have no UTF-8, melt into others, or are a letter or digit only to some.
  ...['\0', '\uFEFF', '\u200B', '\u202E', '\uD800', '\uDC00', '\u0301', '\u200D', '\u2028', '\u{10FFFF}', '\u{1F469}'],
  ...['\u017F', '\u212A', '\uFF11', '\u0663'],
  ...[' ', '\t', '\r\n', '=', '+', '/', '_', '-', '.', ')', ']', '!', '#', '?', '@', ':', '::', '"', '\\', '%00', '%'],
  ...['[', '{"a":', '}', ']', ',', '\\u0000', '-0', '1e999', '9007199254740993', 'null', '__proto__', 'constructor'],
]
const COUNTS = [1, 2, 3, 10, 100, 1_000, 20_000]
const place = fc.oneof(fc.nat(8), fc.nat(200), fc.integer({ min: -8, max: -1 }), fc.nat(MAX_LENGTH))
const snippet = fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }))

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, snippet).map(([at, part]) => put(at, part, 1)),
  fc.tuple(place, snippet, fc.constantFrom(...COUNTS)).map(([at, part, times]) => put(at, part.repeat(times), 0)),
  fc.tuple(place, place).map(
    ([a, b]): Change =>
      (text) =>
        swap(text, a, b),
  ),
  place.map(
    (at): Change =>
      (text) =>
        text.slice(0, index(text, at)) + flipCase(text.slice(index(text, at))),
  ),
  place.map(
    (at): Change =>
      (text) =>
        text.slice(0, index(text, at)),
  ),
  fc.tuple(place, fc.nat(40)).map(([at, length]): Change => {
    return (text) => text.slice(0, index(text, at)) + text.slice(index(text, at) + length)
  }),
  fc.tuple(place, fc.nat(40), fc.constantFrom(...COUNTS)).map(([at, length, times]): Change => {
    return (text) => {
      const slice = text.slice(index(text, at), index(text, at) + length)
      const count = Math.min(times, Math.floor(MAX_LENGTH / Math.max(1, slice.length)))
      return text.slice(0, index(text, at)) + slice.repeat(count) + text.slice(index(text, at))
    }
  }),
  fc.tuple(place, place).map(([to, from]): Change => {
    return (text, other) => text.slice(0, index(text, to)) + other.slice(index(other, from))
  }),
)

/** `part` in the place of `over` characters. */
function put(at: number, part: string, over: number): Change {
  return (text) => text.slice(0, index(text, at)) + part + text.slice(index(text, at) + over)
}

function swap(text: string, a: number, b: number): string {
  const signs = text.split('')
  const [i, j] = [index(text, a), index(text, b)]
  if (signs.length > 0) [signs[i], signs[j]] = [signs[j]!, signs[i]!]
  return signs.join('')
}

function flipCase(text: string): string {
  const upper = text.toUpperCase()
  return upper === text ? text.toLowerCase() : upper
}

function index(text: string, at: number): number {
  return text.length === 0 ? 0 : ((at % text.length) + text.length) % text.length
}

// ── Trees ──

const LEAVES: readonly unknown[] = [
  ...[null, true, false, '', 'x', '__proto__', '\uD800', '\0', '/\\', '//x', 'EVENT', [], {}, [[]], [null]],
  ...[0, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 21_059, 'x'.repeat(600), '0'.repeat(64), Array(300).fill('a')],
]
/** Keys that every object seems to have. */
const KEYS = ['__proto__', 'constructor', 'toString', 'length', 'then', '0', '', '#e', 'ids', 'limit']

/** Changes one node of a tree, found by counting. */
const graft: fc.Arbitrary<(tree: unknown) => unknown> = fc
  .tuple(
    fc.nat(60),
    fc.constantFrom('replace', 'replace', 'replace', 'key', 'drop', 'double', 'wrap'),
    fc.constantFrom(...LEAVES),
    fc.constantFrom(...KEYS),
  )
  .map(([at, what, leaf, key]) => {
    return (tree: unknown) => {
      let left = at % countOf(tree)
      const walk = (value: unknown): unknown => (left-- === 0 ? altered(value, what, leaf, key) : children(value, walk))
      return walk(tree)
    }
  })

function altered(value: unknown, what: string, leaf: unknown, key: string): unknown {
  if (what === 'wrap') return [value]
  if (Array.isArray(value)) {
    if (what === 'drop') return value.slice(1)
    if (what === 'double') return [...(value as unknown[]), ...(value as unknown[])]
    if (what === 'key') return [...(value as unknown[]), leaf]
  }
  if (isRecord(value)) {
    const entries = Object.entries(value)
    if (what === 'drop') return Object.fromEntries(entries.slice(1))
    // fromEntries makes even `__proto__` a property like any other, as JSON.parse does.
    if (what === 'key') return Object.fromEntries([...entries, [key, leaf]])
  }
  return leaf
}

function children(value: unknown, walk: (child: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(walk)
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, walk(child)])) : value
}

function countOf(value: unknown): number {
  const inside = Array.isArray(value) ? (value as unknown[]) : isRecord(value) ? Object.values(value) : []
  return inside.reduce<number>((sum, child) => sum + countOf(child), 1)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
