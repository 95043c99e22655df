/**
 * Codes as a camera sees them: taken off one person's screen, or drawn, and held before another person's camera. Chromium
 * reads its pretended camera from a file again and again, so that what the camera sees can change while it looks.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LaunchOptions, Page } from 'playwright/test'
import encodeQR from 'qr'
import decodeQR from 'qr/decode.js'
import { wholeChromium } from '../run/engines.ts'
import { test } from './fixtures.ts'

/** RGBA, row by row. */
export type Picture = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray }

const WIDTH = 640
const HEIGHT = 480
const GREY = 128
/** The part of the frame's height that a drawn code fills. */
const SHARE = 0.9

/** What a pretended camera shows: nothing but grey, until something is held before it. */
export class Camera {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sotto-camera-'))
  readonly #path = join(this.#folder, 'frame.y4m')
  readonly #file = openSync(this.#path, 'w')

  constructor() {
    this.cover()
  }

  /** @param allowed whether the browser lets every page use it; otherwise a page is refused until its context may */
  launch(options: LaunchOptions, allowed = true): LaunchOptions {
    const asked = allowed ? ['--use-fake-ui-for-media-stream'] : []
    const device = ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${this.#path}`]
    return { ...options, args: [...(options.args ?? []), ...asked, ...device] }
  }

  show({ width, height, data }: Picture): void {
    const luma = Buffer.alloc(WIDTH * HEIGHT, GREY)
    if (width > WIDTH || height > HEIGHT) throw new Error(`${width} × ${height} does not fit before the camera`)
    const [left, top] = [(WIDTH - width) >> 1, (HEIGHT - height) >> 1]
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * 4
        const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3)
        luma[(top + y) * WIDTH + left + x] = Math.round(0.299 * r + 0.587 * g + 0.114 * b)
      }
    this.#write(luma)
  }

  cover(): void {
    this.#write(Buffer.alloc(WIDTH * HEIGHT, GREY))
  }

  remove(): void {
    closeSync(this.#file)
    rmSync(this.#folder, { recursive: true })
  }

  /** Always one frame, written over the one before: a browser that is looking never finds half a file. */
  #write(luma: Buffer): void {
    const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F30:1 Ip A1:1 C420jpeg\nFRAME\n`)
    const chroma = Buffer.alloc((WIDTH * HEIGHT) >> 1, GREY)
    writeSync(this.#file, Buffer.concat([head, luma, chroma]), 0, undefined, 0)
  }
}

/** People in a browser with this camera; only a whole one asks before it lets a page use it. @param allowed see `Camera.launch` */
export function withCamera(allowed: boolean) {
  return test.extend<object, { camera: Camera }>({
    camera: [
      async ({}, use) => {
        const camera = new Camera()
        await use(camera)
        camera.remove()
      },
      { scope: 'worker' },
    ],
    launchOptions: [
      ({ launchOptions, camera }, use) => use(camera.launch(allowed ? launchOptions : wholeChromium, allowed)),
      { scope: 'worker' },
    ],
  })
}

/** A picture file as pixels, decoded by a browser. */
export async function pixels(page: Page, png: Buffer): Promise<Picture> {
  const { width, height, base64 } = await page.evaluate(async (file) => {
    const bytes = Uint8Array.from(atob(file), (sign) => sign.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes]))
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
    if (!context) throw new Error('no canvas')
    context.drawImage(bitmap, 0, 0)
    const { width, height, data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
    const base64 = btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''))
    return { width, height, base64 }
  }, png.toString('base64'))
  return { width, height, data: new Uint8ClampedArray(Buffer.from(base64, 'base64')) }
}

/** The bytes of the code in a picture. */
export function read(picture: Picture): Buffer {
  let held: Uint8Array | undefined
  decodeQR(picture, {
    timeLimit: 5_000,
    textDecoder: (bytes) => {
      held = bytes.slice()
      return ''
    },
  })
  if (!held) throw new Error('no bytes in this code')
  return Buffer.from(held)
}

/** A code of these bytes, or of this text, as large as fits before the camera. */
export function draw(content: Uint8Array | string): Picture {
  const options = { ecc: 'medium', border: 4, encoding: 'byte' } as const
  const code =
    typeof content === 'string'
      ? encodeQR(content, 'raw', options)
      : encodeQR('bytes', 'raw', { ...options, textEncoder: () => content })
  const module = Math.floor((HEIGHT * SHARE) / code.length)
  const side = module * code.length
  const data = new Uint8ClampedArray(side * side * 4)
  for (let at = 0; at < side * side; at++) {
    const dark = code[Math.floor(at / side / module)]?.[Math.floor((at % side) / module)]
    data.set(dark ? [0, 0, 0, 255] : [255, 255, 255, 255], at * 4)
  }
  return { width: side, height: side, data }
}
