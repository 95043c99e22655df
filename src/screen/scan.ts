/** Reading QR codes from a camera or a picture, on this device. The decoder is fetched when it is first needed. */
import type { Bytes } from '../protocol/bytes.ts'

/** Why no camera: not allowed, not there, or there and not answering. */
export type CameraTrouble = 'refused' | 'none' | 'busy'

/** A camera frame is scaled down to this: a code that fills a third of it is still sharp, and reading it takes ms. */
const FRAME_SIDE = 960
const LOOK_EVERY_MS = 100
/** A picture is read at these sizes, small first: a photo of a screen is often clearer when its grain is averaged out. */
const PICTURE_SIDES = [1024, 2048, 4096]
/** Larger files are not opened: a picture of a screen is a few MB. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024
const PICTURE_TIME_MS = 400

/** Taken out of the module at once: what else is in it then stays out of the build. */
const decoder = async () => (await import('qr/decode.js')).decodeQR

/** Asks for the camera on the far side of the device, and fetches the decoder. Call it on a press only. */
export async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new DOMException('no media devices', 'NotFoundError')
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 1280 } },
  })
  try {
    await decoder()
    return stream
  } catch (error) {
    closeCamera(stream)
    throw error
  }
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

export function cameraTrouble(error: unknown): CameraTrouble {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy'
}

/**
 * Looks at a playing video until stopped. Each code is handed over once while it stays in view; `onCode` is awaited
 * before the next look. Returns the stop function.
 */
export function watch(video: HTMLVideoElement, onCode: (bytes: Bytes) => Promise<unknown>): () => void {
  let stopped = false
  let last: string | undefined
  const look = async (): Promise<void> => {
    const image = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? pixels(video, FRAME_SIDE) : undefined
    const code = image && (await decode(image))
    if (stopped || code === undefined || code === last) return
    last = code
    await onCode(toBytes(code))
  }
  const loop = async (): Promise<void> => {
    while (!stopped) {
      await look()
      await new Promise((next) => setTimeout(next, LOOK_EVERY_MS))
    }
  }
  void loop()
  return () => {
    stopped = true
  }
}

/** The bytes of the code in a picture; undefined if there is none, or it is no picture. */
export async function readPicture(file: Blob): Promise<Bytes | undefined> {
  if (file.size > MAX_PICTURE_BYTES) return undefined
  const bitmap = await createImageBitmap(file).catch(() => undefined)
  if (!bitmap) return undefined
  try {
    for (const side of PICTURE_SIDES) {
      const image = pixels(bitmap, side)
      const code = image && (await decode(image, PICTURE_TIME_MS))
      if (code !== undefined) return toBytes(code)
      if (Math.max(bitmap.width, bitmap.height) <= side) break
    }
    return undefined
  } finally {
    bitmap.close()
  }
}

/** The pixels of a picture, scaled down so that neither side is longer than `side`. */
function pixels(source: HTMLVideoElement | ImageBitmap, side: number): ImageData | undefined {
  const [w, h] = 'videoWidth' in source ? [source.videoWidth, source.videoHeight] : [source.width, source.height]
  if (w === 0 || h === 0) return undefined
  const scale = Math.min(1, side / Math.max(w, h))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(w * scale))
  canvas.height = Math.max(1, Math.round(h * scale))
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context?.drawImage(source, 0, 0, canvas.width, canvas.height)
  return context?.getImageData(0, 0, canvas.width, canvas.height)
}

/** One character per byte, so that any bytes pass through the decoder's string. */
async function decode(image: ImageData, timeLimit?: number): Promise<string | undefined> {
  const decodeQR = await decoder()
  const textDecoder = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  try {
    return decodeQR(image, { textDecoder, ...(timeLimit === undefined ? {} : { timeLimit }) })
  } catch {
    return undefined // the decoder throws when it finds nothing
  }
}

function toBytes(code: string): Bytes {
  return Uint8Array.from(code, (sign) => sign.charCodeAt(0))
}
