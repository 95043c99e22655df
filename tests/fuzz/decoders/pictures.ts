/** QR codes in pictures and before the camera: what they hold, and pictures that hold none. */
import encodeQR from 'qr'
import { concat } from '../../../src/protocol/bytes.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { encodeCode } from '../../../src/protocol/by-hand.ts'
import { framesOf, parseFrame } from '../../../src/screen/hand-frames.ts'
import { readPicture } from '../../../src/screen/scan.ts'
import { safetyPayload } from '../../../src/protocol/safety.ts'
import { alice, bob, bytesOf } from '../../protocol/help.ts'
import { decoder, ITSELF } from '../decoder.ts'
import { bytesLike } from './formats.ts'

const SCALE = 3
const QUIET = 4

/** A picture as bytes: its width u16, then one byte of grey for each pixel. */
function picture(text: Bytes | string): Bytes {
  const options = { ecc: 'medium', border: QUIET, scale: SCALE } as const
  const modules =
    typeof text === 'string'
      ? encodeQR(text, 'raw', options)
      : encodeQR('bytes', 'raw', { ...options, encoding: 'byte', textEncoder: () => text })
  const grey = modules.flatMap((row) => row.map((dark) => (dark ? 0 : 255)))
  return concat(Uint8Array.of(modules.length >> 8, modules.length & 255), Uint8Array.from(grey))
}

/** The browser's part: a file that becomes a bitmap, and a canvas that gives its pixels. */
async function read(bytes: Bytes): Promise<Bytes | undefined> {
  const width = Math.max(1, Math.min(1024, (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)))
  const grey = bytes.slice(2)
  const height = Math.max(1, Math.floor(grey.length / width))
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (grey[i >> 2] ?? 0),
  )
  const canvas = { getContext: () => ({ drawImage() {}, getImageData: () => ({ width, height, data }) }) }
  const page = globalThis as { createImageBitmap?: unknown; document?: unknown }
  page.createImageBitmap = () => Promise.resolve({ width, height, close() {} })
  page.document = { createElement: () => canvas }
  try {
    return await readPicture(new Blob([bytes]))
  } finally {
    delete page.createImageBitmap
    delete page.document
  }
}

const pictures = [
  picture(safetyPayload(alice.public, bob.public)),
  picture('https://sotto.example/#/join/x'),
  picture('0123456789'),
]

const frames = [184, 1897].flatMap((size) =>
  framesOf(encodeCode({ step: size === 184 ? 'hello' : 'call', box: bytesOf('frames', size) })),
)

export const pictureDecoders = [
  decoder({
    name: 'part of a moving code',
    covers: ['screen/hand-frames.ts parseFrame'],
    valid: frames,
    inputs: bytesLike(frames),
    outcomes: ['value', 'undefined'],
    decode: parseFrame,
    // A part of bytes, and the name of its code in decimal.
    grows: 4,
    limit: { length: 321, by: ITSELF },
  }),
  decoder({
    name: 'picture of a code',
    covers: ['screen/scan.ts readPicture'],
    valid: pictures,
    inputs: bytesLike(pictures),
    outcomes: ['value', 'undefined'],
    decode: read,
    runs: 100,
    limit: { length: 64 * 1024 * 1024, by: ITSELF },
  }),
]
