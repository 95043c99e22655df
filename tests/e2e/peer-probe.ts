/** In the page: two channels that know each other, and other ends that break the rules. */
import type { Clock, PeerChannel, PeerEvent, PeerOptions } from '../../src/chat/ports.ts'
import { makeClock } from '../../src/net/clock.ts'
import { makePeerFactory } from '../../src/net/peer.ts'
import { describe, sdpFrom } from '../../src/net/sdp.ts'
import type { RtcDescription } from '../../src/protocol/description.ts'

type Frame = Extract<PeerEvent, { type: 'frame' }>
type Event = Exclude<PeerEvent, Frame>

/** One channel with all it said. */
export class End {
  readonly events: Event[] = []
  readonly frames: Uint8Array<ArrayBuffer>[] = []
  readonly channel: PeerChannel
  #isMade = false
  #waiting: { readonly type: string; readonly resolve: (event: Event) => void }[] = []

  constructor(options: Partial<PeerOptions> = {}, clock: Clock = makeClock(0)) {
    const all = { initiator: false, iceServers: [], relayOnly: false, patient: false, ...options }
    this.channel = makePeerFactory({ clock })(all, (event) => this.#on(event))
    this.#isMade = true
  }

  /** The first event of this type, now or later. */
  async first<T extends Event['type']>(type: T): Promise<Extract<Event, { type: T }>> {
    const known = this.events.find((event) => event.type === type)
    const event = known ?? (await new Promise<Event>((resolve) => this.#waiting.push({ type, resolve })))
    return event as Extract<Event, { type: T }>
  }

  /** Resolves once so many frames have come. */
  async received(count: number): Promise<readonly Uint8Array[]> {
    while (this.frames.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
    return this.frames
  }

  #on(event: PeerEvent): void {
    if (!this.#isMade) throw new Error('called back before it returned')
    if (event.type === 'frame') return void this.frames.push(event.bytes)
    this.events.push(event)
    for (const { type, resolve } of this.#waiting) if (type === event.type) resolve(event)
  }
}

/** Makes responders of one factory that report why they closed. */
export function factory(): (closed: (reason: string) => void) => PeerChannel {
  const make = makePeerFactory({ clock: makeClock(0) })
  const options = { initiator: false, iceServers: [], relayOnly: false, patient: false }
  return (closed) => make(options, (event) => void (event.type === 'closed' && closed(event.reason)))
}

/** Two ends in this page, open. */
export async function connect(options: Partial<PeerOptions> = {}): Promise<{ readonly a: End; readonly b: End }> {
  const [a, b] = [new End({ ...options, initiator: true }), new End(options)]
  b.channel.accept((await a.first('described')).description)
  a.channel.accept((await b.first('described')).description)
  await Promise.all([a.first('open'), b.first('open')])
  return { a, b }
}

export function frame(size: number, first: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  new DataView(bytes.buffer).setUint32(0, first)
  return bytes
}

/** Our responder against an initiator made by hand; `misbehave` gets its channel once open. Returns how ours ended. */
export async function against(
  misbehave: (channel: RTCDataChannel, pc: RTCPeerConnection) => void,
  init: RTCDataChannelInit = {},
  alter: (d: RtcDescription) => RtcDescription = (d) => d,
): Promise<{ readonly end: End; readonly reason: string }> {
  const pc = new RTCPeerConnection({ iceServers: [] })
  const channel = pc.createDataChannel('odd', init)
  channel.addEventListener('open', () => misbehave(channel, pc))
  await pc.setLocalDescription(await pc.createOffer())
  while (pc.iceGatheringState !== 'complete') await new Promise((resolve) => setTimeout(resolve, 5))
  const end = new End()
  end.channel.accept(alter(describe(pc.localDescription!.sdp)))
  const { description } = await end.first('described')
  await pc.setRemoteDescription({ type: 'answer', sdp: sdpFrom(description, 'answer') })
  const { reason } = await end.first('closed')
  pc.close()
  return { end, reason }
}

/** A description that is well-formed and leads nowhere. */
export const NOWHERE: RtcDescription = {
  setup: 'active',
  ufrag: 'abcd',
  pwd: 'abcdefghijklmnopqrstuv',
  fingerprint: new Uint8Array(32),
  sctpPort: 5000,
  maxMessageSize: 262_144,
  candidates: [
    { type: 'host', address: { kind: 'ipv4', bytes: new Uint8Array([192, 0, 2, 99]) }, port: 9, priority: 1 },
  ],
}

/** A clock whose timers only `fire` runs. */
export class HeldClock implements Clock {
  readonly #timers = new Map<() => void, number>()

  now(): number {
    return Date.now()
  }

  after(ms: number, run: () => void): () => void {
    this.#timers.set(run, ms)
    return () => void this.#timers.delete(run)
  }

  /** Runs what is due in exactly this many milliseconds from when it was asked for; false if nothing is. */
  fire(ms: number): boolean {
    const due = [...this.#timers].filter(([, after]) => after === ms)
    for (const [run] of due) {
      this.#timers.delete(run)
      run()
    }
    return due.length > 0
  }
}
