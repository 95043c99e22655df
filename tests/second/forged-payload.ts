/** Payloads around what makes sense: fields that are missing, twice, out of order, of another message, or wrong inside. */
import fc from 'fast-check'
import { LOW_ORDER } from './attack.ts'
import { ascii, integer, join, publicOf } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { payloadOf } from './payload.ts'
import type { Field } from './payload.ts'

const bytes = (minLength: number, maxLength = minLength) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => new Uint8Array(array))
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd })

/* A description, with few different candidates, so that some come twice or in the wrong order */

const ADDRESS_BYTES = [4, 16, 16]
const candidate = fc
  .record({
    type: mostly(fc.nat(2), fc.nat(4)),
    kind: mostly(fc.nat(2), fc.nat(4)),
    port: fc.nat(1),
    priority: fc.nat(1),
  })
  .map(({ type, kind, port, priority }) => ({
    type,
    bytes: join(
      Uint8Array.of(type, kind),
      new Uint8Array(ADDRESS_BYTES[kind] ?? 4).fill(9),
      integer(port, 2),
      integer(priority, 4),
    ),
  }))
const candidates = fc
  .tuple(fc.array(candidate, { maxLength: 4 }), fc.boolean())
  .map(([list, inOrder]) => (inOrder ? [...list].sort((a, b) => a.type - b.type) : list))

const word = (least: number) =>
  mostly(
    fc.integer({ min: least, max: 40 }).map((length) => ascii('aB3+/'.repeat(8).slice(0, length))),
    bytes(0, 24),
  ).map((text) => join(integer(text.length, 1), text))

const description = fc
  .record({
    setup: mostly(fc.nat(2), fc.nat(4)),
    ufrag: word(4),
    pwd: word(22),
    port: mostly(fc.constant(5000), fc.constant(0)),
    list: candidates,
    more: mostly(fc.constant(0), fc.integer({ min: -1, max: 12 })),
  })
  .map(({ setup, ufrag, pwd, port, list, more }) =>
    join(
      Uint8Array.of(setup),
      ufrag,
      pwd,
      new Uint8Array(32).fill(1),
      integer(port, 2),
      integer(2 ** 18, 4),
      integer(Math.max(0, list.length + more), 1),
      ...list.map((one) => one.bytes),
    ),
  )

/* Fields */

const key = fc.oneof(fc.constantFrom(...LOW_ORDER), fc.constant(publicOf(new Uint8Array(32).fill(9))), bytes(32))
const good: Readonly<Record<number, fc.Arbitrary<Bytes>>> = {
  1: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 70 }).map((name) => new Uint8Array(Buffer.from(name))),
    bytes(0, 3),
  ),
  2: description,
  3: bytes(4),
  4: key,
  5: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 3, 4).map((status) => Uint8Array.of(status)),
}
const fieldOf = (type: number) => fc.tuple(fc.constant(type), mostly(good[type] ?? bytes(0, 3), bytes(0, 5)))
const other = fc.constantFrom(1, 2, 2, 2, 3, 4, 5, 6, 0x7f, 0x80, 0xff).chain(fieldOf)

const likeP1 = fc.tuple(fieldOf(1), fieldOf(3))
const likeP2 = fc.tuple(fieldOf(5), fieldOf(1), fieldOf(3), fieldOf(4))
const usual = fc.oneof(
  { weight: 2, arbitrary: likeP1 },
  { weight: 3, arbitrary: likeP2 },
  { weight: 1, arbitrary: fc.tuple(fieldOf(5)) },
)
const fields = fc
  .tuple(usual, fc.array(other, { maxLength: 1 }), mostly(fc.constant(false), fc.constant(true)))
  .chain(([first, more, fewer]) => {
    const all: Field[] = [...first, ...more]
    return fc.shuffledSubarray(all, { minLength: all.length - (fewer ? 1 : 0) })
  })

/** Sometimes longer than it need be, sometimes with something among the zeros. */
export const forgedPayload: fc.Arbitrary<Bytes> = fc
  .tuple(fields, mostly(fc.constant(0), fc.constant(1)), fc.constantFrom(0, 0, 0, 0, 512, 1536))
  .map(([all, dirt, more]) => {
    const made = payloadOf(...all)
    const longer = new Uint8Array(made.length + more)
    longer.set(made)
    longer[longer.length - 1] = dirt
    return longer
  })
