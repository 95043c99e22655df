/** A code as pictures that follow each other, read in whatever order a camera catches them. */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { encodeCode } from '../../src/protocol/by-hand.ts'
import { framesOf, Gatherer, parseFrame } from '../../src/screen/hand-frames.ts'
import { bytesQr } from '../../src/screen/qr.ts'
import { bytesOf } from '../protocol/help.ts'

const code = (name: string, size = 1897): string =>
  encodeCode({ step: size < 700 ? 'hello' : 'call', box: bytesOf(name, size) })

const put = (bytes: Bytes, at: number, byte: number): Bytes => bytes.map((b, i) => (i === at ? byte : b))

test('the codes that are usual take one picture or seven, each no larger than a camera likes', () => {
  expect([184, 344, 1897, 2409, 3433].map((size) => framesOf(code('one', size)).length)).toEqual([1, 2, 7, 8, 12])
  for (const frame of framesOf(code('one'))) expect(bytesQr(frame, 'low').size).toBeLessThanOrEqual(61)
  expect(framesOf('https://example.org/#/join/AAAA')).toEqual([])
})

test('any order, with repetitions and pictures of another code in between, makes the code', () => {
  const sizes = fc.constantFrom(184, 344, 664, 1897, 2409, 3433)
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.nat(1_000)), (size, picks) => {
      const wanted = code('wanted', size)
      const [frames, others] = [framesOf(wanted), framesOf(code('other'))]
      const gatherer = new Gatherer()
      const seen = new Set<number>()
      for (const pick of picks) {
        // The other code stays incomplete: its last picture is never seen.
        if (pick % 3 === 0) gatherer.take(others[pick % (others.length - 1)]!)
        const index = pick % frames.length
        const found = gatherer.take(frames[index]!)
        seen.add(index)
        expect([found?.have, found?.of]).toEqual([seen.size, frames.length])
        if (seen.size < frames.length) expect(found?.code).toBe(undefined)
        else return expect(found?.code).toBe(wanted)
      }
    }),
    { numRuns: 50 },
  )
})

test('what is not a picture of a code is none, and keeps nothing from being read', () => {
  const [first, ...rest] = framesOf(code('one'))
  const odd = [
    new Uint8Array(0),
    bytesOf('noise', 300),
    first!.slice(0, 13),
    new Uint8Array([...first!, ...new Uint8Array(400)]),
    put(first!, 6, 2),
    put(first!, 7, 7),
    put(first!, 8, 200),
  ].map((bytes) => new Uint8Array(bytes))
  const gatherer = new Gatherer()
  gatherer.take(first!)
  for (const bytes of odd) expect([parseFrame(bytes), gatherer.take(bytes)]).toEqual([undefined, undefined])
  expect(rest.map((frame) => gatherer.take(frame)).at(-1)?.code).toBe(code('one'))
})

test('a part that was forged makes a wrong whole once, and the code can still be read after it', () => {
  const frames = framesOf(code('one'))
  const gatherer = new Gatherer()
  gatherer.take(put(frames[0]!, 20, frames[0]![20]! ^ 1))
  const spoilt = frames.map((frame) => gatherer.take(frame)?.code).find((found) => found !== undefined)
  expect(spoilt).not.toBe(code('one'))
  expect(frames.map((frame) => gatherer.take(frame)?.code).at(-1)).toBe(code('one'))
})
