import { decodeQR } from 'qr/decode.js'
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { bytesQr, textQr, type QrDrawing } from '../../src/screen/qr.ts'

const SCALE = 8
const QUIET = 4

/** Fills the path as a browser would, by the even-odd rule, for the shapes our paths are made of. */
function painted({ size, path }: QrDrawing): { width: number; height: number; data: Uint8Array } {
  const side = (size + 2 * QUIET) * SCALE
  const dark = new Uint8Array(side * side)
  for (const [, x0, y0, rest] of path.matchAll(/M([\d.]+) ([\d.]+)([^M]+)/g)) {
    const [width, height] = boxOf(rest ?? '')
    // A rounded square begins after its first corner; the corners themselves are left square here.
    const left = Number(x0) - (rest?.includes('a') ? Number(/a([\d.]+)/.exec(rest)?.[1]) : 0)
    for (let y = 0; y < height * SCALE; y++) {
      const row = ((Number(y0) + QUIET) * SCALE + y) * side + (left + QUIET) * SCALE
      for (let x = 0; x < width * SCALE; x++) dark[Math.round(row) + x]! ^= 1
    }
  }
  return {
    width: side,
    height: side,
    data: Uint8Array.from({ length: side * side * 3 }, (_, i) => (dark[Math.floor(i / 3)] ? 0 : 255)),
  }
}

function boxOf(rest: string): [number, number] {
  const straight = Number(/h([\d.]+)/.exec(rest)?.[1])
  const corner = Number(/a([\d.]+)/.exec(rest)?.[1] ?? 0)
  const down = Number(/v([\d.]+)/.exec(rest)?.[1])
  return [straight + 2 * corner, down + 2 * corner]
}

test('what is drawn reads back: a link', () => {
  const url = `https://sotto.example/#/join/${'Ab3-_'.repeat(20)}`
  expect(decodeQR(painted(textQr(url)))).toBe(url)
})

test('what is drawn reads back: any bytes of a safety code', () => {
  const textDecoder = (bytes: Uint8Array) => String.fromCharCode(...bytes)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 71, maxLength: 71 }), (bytes) => {
      const drawing = bytesQr(Uint8Array.from(bytes))
      return drawing.size === 37 && decodeQR(painted(drawing), { textDecoder }) === textDecoder(bytes)
    }),
    { numRuns: 25 },
  )
})
