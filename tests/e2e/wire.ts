/** A hand on the wire of one person's page. `holdLine` is an init script: it runs in the page, before the app. */
import type { Page } from 'playwright/test'

type Held = { lineIsHeld: boolean; heldFrames: (() => void)[] }

/** Makes the page's data channels hold back what they are given while `lineIsHeld`. */
export function holdLine(): void {
  const held = Object.assign(globalThis, { lineIsHeld: false, heldFrames: [] }) as unknown as Held
  const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: ArrayBufferView<ArrayBuffer>) => void
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
    const frame = data as ArrayBufferView<ArrayBuffer>
    if (held.lineIsHeld) held.heldFrames.push(() => send.call(this, frame))
    else send.call(this, frame)
  }
}

/** Lets what is held back go, and all that follows; or holds back all that follows. */
export async function letGo(page: Page, go: boolean): Promise<void> {
  await page.evaluate((go) => {
    const held = globalThis as unknown as Held
    held.lineIsHeld = !go
    if (go) for (const send of held.heldFrames.splice(0)) send()
  }, go)
}

/** Lets all that follows go; what is held back is lost. */
export async function dropHeld(page: Page): Promise<void> {
  await page.evaluate(() => {
    const held = globalThis as unknown as Held
    held.lineIsHeld = false
    held.heldFrames = []
  })
}

/** Init script: the page can make an offer and never takes an answer, so that no line opens. */
export function breakWebRtc(): void {
  RTCPeerConnection.prototype.setRemoteDescription = () => new Promise(() => {})
}

/** The sockets that this page opens from now on, by their addresses. */
export function countSockets(page: Page): () => readonly string[] {
  const opened: string[] = []
  page.on('websocket', (socket) => opened.push(socket.url()))
  return () => opened
}

type Tap = { lines: { readonly frames: ArrayBuffer[]; readonly send: (data: ArrayBuffer | string) => void }[] }

/** Init script: keeps what the page gives to its data channels, and lets a test speak on them in the page's place. */
export function tapLine(): void {
  const tap: Tap = Object.assign(globalThis, { lines: [] as Tap['lines'] })
  const known = new Map<RTCDataChannel, ArrayBuffer[]>()
  const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: unknown) => void
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
    const frames = known.get(this) ?? []
    if (!known.has(this)) tap.lines.push({ frames, send: (data) => send.call(this, data) })
    known.set(this, frames)
    const { buffer, byteOffset, byteLength } = data as ArrayBufferView<ArrayBuffer>
    frames.push(buffer.slice(byteOffset, byteOffset + byteLength))
    send.call(this, data)
  }
}

/** How many lines this page has spoken on so far. */
export function lineCount(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as Tap).lines.length)
}

export type Misdeed =
  /** Random, but for a first byte as every frame has it. */
  | { readonly randomBytes: number }
  | { readonly text: string }
  /** All that the page has sent itself on this line, or on the one before, once more. */
  | { readonly again: 'this line' | 'the line before' }

/** Puts on the page's newest line what the app would never put there. */
export function misbehave(page: Page, misdeed: Misdeed): Promise<void> {
  return page.evaluate((misdeed) => {
    const { lines } = globalThis as unknown as Tap
    const [line, before] = [lines.at(-1), lines.at(-2)]
    if (!line) throw new Error('there is no line yet')
    if ('text' in misdeed) return line.send(misdeed.text)
    if ('again' in misdeed) {
      const frames = [...((misdeed.again === 'this line' ? line : before)?.frames ?? [])]
      if (frames.length === 0) throw new Error('nothing was sent')
      return frames.forEach((frame) => line.send(frame))
    }
    const bytes = new Uint8Array(misdeed.randomBytes)
    for (let i = 0; i < bytes.length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536))
    bytes[0] = 1
    line.send(bytes.buffer)
  }, misdeed)
}

/** What this page's WebRTC connections were told, and what became of them. */
export type Connections = {
  made: number
  /** Remote descriptions, as SDP. */
  remote: string[]
  /** Candidates given one by one. */
  added: number
  /** Data channels that came, that is, after ICE and DTLS. */
  channels: number
  sent: number
  closed: number
}

type Seen = { connections: Connections }

/** Init script: keeps `Connections`. */
export function watchConnections(): void {
  const seen: Connections = { made: 0, remote: [], added: 0, channels: 0, sent: 0, closed: 0 }
  Object.assign(globalThis, { connections: seen })
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      seen.made++
      this.addEventListener('datachannel', () => seen.channels++)
    }
    override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      seen.remote.push(description.sdp ?? '')
      return super.setRemoteDescription(description)
    }
    override addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
      seen.added++
      return super.addIceCandidate(candidate ?? undefined)
    }
    override close(): void {
      seen.closed++
      super.close()
    }
  }
  const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: unknown) => void
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
    seen.sent++
    send.call(this, data)
  }
}

export function connectionsOf(page: Page): Promise<Connections> {
  return page.evaluate(() => (globalThis as unknown as Seen).connections)
}
