/** Codes that people pass on themselves. */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { fromBase64url, toBase64url } from '../../src/protocol/bytes.ts'
import { encodeCode, parseCode } from '../../src/protocol/by-hand.ts'
import { ENVELOPE_SIZES } from '../../src/protocol/envelope.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'

const box = (size: number) => fc.uint8Array({ minLength: size, maxLength: size }).map((b) => new Uint8Array(b))
const code = fc.oneof(
  fc.record({ step: fc.constant('hello' as const), box: fc.constantFrom(184, 344, 664).chain(box) }),
  fc.record({ step: fc.constantFrom('call' as const, 'answer'), box: fc.constantFrom(...ENVELOPE_SIZES).chain(box) }),
)

function why(text: string): string {
  try {
    return parseCode(text).step
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return error.code
  }
}

test('a code is read as it was made, also broken into lines and with words before it', () => {
  fc.assert(
    fc.property(code, fc.integer({ min: 4, max: 100 }), (made, width) => {
      const text = encodeCode(made)
      expect(text).toMatch(/^sotto-hand-1\.[\w-]+$/)
      expect(parseCode(text)).toEqual(made)
      expect(parseCode(`Here: ${text.match(new RegExp(`.{1,${width}}`, 'g'))!.join('\r\n')}\n`)).toEqual(made)
      expect(parseCode(`${text}\nSent from my phone`)).toEqual(made)
      expect(parseCode(`${text}\n${text.slice(0, 400)}`)).toEqual(made)
    }),
    { numRuns: 40 },
  )
})

test('one that was cut, changed, or is of another version, is refused as that', () => {
  fc.assert(
    fc.property(
      code,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.integer({ min: 1, max: 255 }),
      (made, at, by) => {
        const text = encodeCode(made)
        expect(why(text.slice(0, 13 + Math.floor(at * (text.length - 13))))).toMatch(/^(cut|checksum)$/)
        const bytes = fromBase64url(text.slice(13))
        bytes[Math.floor(at * bytes.length)]! ^= by
        expect(why(`sotto-hand-1.${toBase64url(bytes)}`)).toBe('checksum')
        expect(why(text.replace('hand-1', 'hand-12'))).toBe('version')
      },
    ),
    { numRuns: 40 },
  )
  expect(['', 'hello', 'sotto-hand-1', 'sotto-hand-.AAAA'].map(why)).toEqual(Array(4).fill('malformed'))
  expect(['sotto-hand-1.', `sotto-hand-1.${'A'.repeat(8_000)}`].map(why)).toEqual(['cut', 'cut'])
  expect(why(`${encodeCode({ step: 'hello', box: new Uint8Array(184) })}${' '.repeat(8_000)}`)).toBe('too-large')
})

test('the length of the box fits the step', () => {
  for (const [step, size] of [
    ['hello', 1897],
    ['call', 184],
    ['answer', 664],
  ] as const)
    expect(why(encodeCode({ step, box: new Uint8Array(size) }))).toBe('malformed')
})
