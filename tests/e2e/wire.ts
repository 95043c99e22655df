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
