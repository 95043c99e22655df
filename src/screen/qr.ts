/** QR codes as one SVG path: the modules in runs, the three finders as rounded rings. The only importer of `qr`. */
import encodeQR from 'qr'
import type { Bytes } from '../protocol/bytes.ts'

export type QrDrawing = {
  /** Modules per side, without quiet zone. */
  readonly size: number
  readonly path: string
}

const FINDER = 7

export function textQr(text: string): QrDrawing {
  return draw(encodeQR(text, 'raw', { ecc: 'medium', border: 1 }))
}

/** Raw bytes in byte mode, so that a reader gets exactly them. */
export function bytesQr(bytes: Bytes, ecc: 'low' | 'medium' = 'medium'): QrDrawing {
  return draw(encodeQR('bytes', 'raw', { ecc, border: 1, encoding: 'byte', textEncoder: () => bytes }))
}

function draw(bordered: boolean[][]): QrDrawing {
  const rows = bordered.slice(1, -1).map((row) => row.slice(1, -1))
  const size = rows.length
  const end = size - FINDER
  const inFinder = (x: number, y: number): boolean =>
    (y < FINDER && (x < FINDER || x >= end)) || (y >= end && x < FINDER)
  const runs = rows.map((row, y) =>
    rowPath(
      row.map((dark, x) => dark && !inFinder(x, y)),
      y,
    ),
  )
  return { size, path: runs.join('') + finder(0, 0) + finder(end, 0) + finder(0, end) }
}

function rowPath(row: readonly boolean[], y: number): string {
  let path = ''
  for (let x = 0; x < row.length; x++) {
    const from = x
    while (row[x]) x++
    if (x > from) path += `M${from} ${y}h${x - from}v1h${from - x}z`
  }
  return path
}

/** A ring of 7 × 7 around a block of 3 × 3; the holes come from the even-odd rule. */
function finder(x: number, y: number): string {
  return square(x, y, 7, 1.6) + square(x + 1, y + 1, 5, 0.6) + square(x + 2, y + 2, 3, 0.6)
}

function square(x: number, y: number, side: number, r: number): string {
  const straight = side - 2 * r
  const arc = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`
  return (
    `M${x + r} ${y}h${straight}${arc(r, r)}v${straight}${arc(-r, r)}` +
    `h${-straight}${arc(-r, -r)}v${-straight}${arc(r, -r)}z`
  )
}
