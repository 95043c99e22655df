/**
 * One WebRTC data channel as the chat sees it. The only importer of simple-peer; what that package leaves open is closed
 * here: always an ICE configuration (its default asks Google and Twilio), binary frames of at most 16 KiB, backpressure, an orderly
 * close, one outcome. Channels are disposable: there is no ICE restart, the chat dials again.
 */
import Peer from 'simple-peer'
import type {
  ClosedReason,
  Clock,
  IceServer,
  Path,
  PeerChannel,
  PeerEvent,
  PeerFactory,
  PeerOptions,
} from '../chat/ports.ts'
import type { Bytes } from '../protocol/bytes.ts'
import type { RtcDescription } from '../protocol/description.ts'
import { Gathering } from './gathering.ts'
import type { Outcome } from './gathering.ts'
import { Held } from './held.ts'
import { Outgoing } from './outgoing.ts'
import { canConstruct, configurationOf, PASSWORD_ERRORS } from './ice.ts'
import { describe, sdpFrom } from './sdp.ts'
import { guardChannels, isReliable, isTheirCertificate, pathOf, placesOf, watchPath } from './transport.ts'

/** The largest frame of the protocol; 60 KiB were not faster. */
export const MAX_FRAME_BYTES = 16 * 1024
/** Frames of the other side that arrive before we may say `open`; it cannot know that we are still looking. */
const MAX_EARLY_BYTES = 1024 * 1024
/** From both descriptions known to open. ICE itself gives up after about 15 s. */
const CONNECT_TIMEOUT_MS = 20_000
/** How long `close` lets the queue leave. */
const FLUSH_MS = 1_000
/** Browsers refuse to make more than about 500, and count those that were closed a moment ago. */
const MAX_LIVE = 64

/** Told whether this side calls. */
type Waits = (initiator: boolean) => void

/**
 * Makes channels with this clock; at most 64 live at once, one more is `never-opened`. `waits` is called whenever one has got a
 * candidate: it waits for more then, and the page has time.
 */
export function makePeerFactory(deps: { readonly clock: Clock; readonly waits?: Waits }): PeerFactory {
  let live = 0
  return (options, on) => {
    live++
    const emit = (event: PeerEvent): void => {
      if (event.type === 'closed') live--
      on(event)
    }
    return new Channel(options, deps, emit, live <= MAX_LIVE)
  }
}

class Channel implements PeerChannel {
  readonly #options: PeerOptions
  readonly #clock: Clock
  readonly #waits: Waits
  readonly #emit: (event: PeerEvent) => void
  readonly #gathering: Gathering
  readonly #peer: Peer | undefined
  #state: 'connecting' | 'opening' | 'open' | 'closing' | 'closed' = 'connecting'
  #described = false
  #remote: RtcDescription | undefined
  #held: Held | undefined
  #outgoing: Outgoing | undefined
  #path: Path = { path: 'direct' }
  #early: Bytes[] = []
  #earlyBytes = 0
  #reason: ClosedReason | undefined
  #passwordRefused = false
  #cancelTimer = (): void => {}

  constructor(
    options: PeerOptions,
    { clock, waits = () => {} }: Parameters<typeof makePeerFactory>[0],
    emit: (event: PeerEvent) => void,
    allowed: boolean,
  ) {
    this.#options = options
    this.#clock = clock
    this.#waits = waits
    this.#emit = emit
    this.#gathering = new Gathering(options, clock, (outcome) => this.#gathered(outcome))
    this.#peer = allowed ? this.#dial() : undefined
    if (!this.#peer) {
      this.#reason ??= 'never-opened'
      queueMicrotask(() => this.#finish())
    }
  }

  accept(remote: RtcDescription): void {
    if (this.#remote || this.#state !== 'connecting' || !this.#peer) return
    this.#remote = remote
    try {
      if (this.#answersByHand) {
        this.#held = new Held(sdpFrom(remote, 'offer'), (signal) => this.#peer?.signal(signal))
        if (this.#described) this.#held.offered()
        return
      }
      const type = this.#options.initiator ? 'answer' : 'offer'
      this.#peer.signal({ type, sdp: sdpFrom(remote, type) })
      this.#armConnectTimeout()
    } catch {
      this.#fail('protocol')
    }
  }

  proceed(): void {
    const held = this.#held
    this.#held = undefined
    if (this.#state !== 'connecting' || !held) return
    this.#armConnectTimeout()
    held.proceed()
  }

  get #answersByHand(): boolean {
    return this.#options.byHand === true && !this.#options.initiator
  }

  /** As the port says; the frame is taken even when the answer is false. Throws RangeError above 16 KiB. */
  send(frame: Bytes): boolean {
    if (frame.length > MAX_FRAME_BYTES) throw new RangeError('frame too large')
    return this.#state === 'open' && this.#outgoing !== undefined && this.#outgoing.push(frame)
  }

  close(): void {
    if (this.#state === 'closing' || this.#state === 'closed') return
    const flush = this.#state === 'open' ? this.#outgoing : undefined
    this.#state = 'closing'
    if (!flush) return this.#fail('closed')
    this.#reason = 'closed'
    this.#cancelTimer = this.#clock.after(FLUSH_MS, () => this.#fail('closed'))
    // Closing the channel, not the connection: SCTP sends what is buffered first, and simple-peer destroys itself when
    // the channel has closed. Destroying at once would lose most of it.
    flush.whenEmpty(() => this.#peer?._channel?.close())
  }

  /** Undefined where the browser has no WebRTC. Every listener is attached in the tick of the constructor. */
  #dial(): Peer | undefined {
    const { iceServers } = this.#options
    try {
      let peer = this.#peerWith(iceServers)
      if (peer.destroying) {
        // The browser threw: at one server, and so at all of them. Those that it takes are better than none.
        peer.on('error', () => {})
        peer = this.#peerWith(iceServers.filter((server) => canConstruct(configurationOf([server]))))
      }
      this.#listen(peer)
      return peer
    } catch {
      this.#reason = 'unsupported'
      return undefined
    }
  }

  #peerWith(servers: readonly IceServer[]): Peer {
    const { initiator, relayOnly, byHand } = this.#options
    const config = configurationOf(servers, relayOnly ? 'relay' : 'all')
    const options = { trickle: true, channelName: 'sotto', config }
    if (!byHand) return new Peer({ ...options, initiator })
    // Two that offer would open a channel each.
    return new Peer({ ...options, initiator: true, channelConfig: { negotiated: true, id: 0 } })
  }

  #listen(peer: Peer): void {
    peer.on('signal', (signal) => {
      if (signal.type === 'candidate') {
        this.#gathering.candidate(signal.candidate.candidate ?? '')
        this.#waits(this.#options.initiator)
      } else if (signal.type === 'offer' || signal.type === 'answer') this.#gathering.started()
    })
    peer.on('iceStateChange', (_, gathering) => {
      if (gathering === 'complete') this.#gathering.complete()
    })
    peer.on('connect', () => void this.#connected(peer))
    peer.on('data', (data) => this.#received(data))
    peer.on('error', (error) => {
      this.#reason ??= this.#reasonOf(error.code)
    })
    peer.on('close', () => this.#finish())
    peer._pc?.addEventListener('icecandidateerror', ({ errorCode }) => {
      this.#passwordRefused ||= PASSWORD_ERRORS.includes(errorCode)
    })
    if (peer._pc)
      guardChannels(peer._pc, this.#options.initiator || this.#options.byHand === true, () => this.#fail('protocol'))
  }

  #gathered(outcome: Outcome): void {
    const sdp = this.#peer?._pc?.localDescription?.sdp
    if (outcome === 'no-relay') return this.#fail('no-relay')
    if (sdp === undefined || this.#state !== 'connecting') return
    try {
      const description = describe(sdp)
      const candidates = description.candidates.filter((c) => !this.#options.relayOnly || c.type === 'relay')
      this.#described = true
      this.#armConnectTimeout()
      const setup = this.#answersByHand ? 'active' : description.setup
      const told = { ...description, setup, candidates } as const
      this.#emit({ type: 'described', description: told, places: placesOf(candidates) })
      this.#held?.offered()
    } catch {
      this.#fail('unsupported')
    }
  }

  #armConnectTimeout(): void {
    if (!this.#described || !this.#remote || this.#held) return
    this.#cancelTimer = this.#clock.after(CONNECT_TIMEOUT_MS, () => this.#fail('never-opened'))
  }

  async #connected(peer: Peer): Promise<void> {
    const pc = peer._pc
    const channel = peer._channel
    if (this.#state !== 'connecting' || !pc || !channel || !this.#remote) return
    if (!isReliable(channel) || !isTheirCertificate(pc, this.#remote.fingerprint)) return this.#fail('protocol')
    this.#state = 'opening'
    this.#path = await pathOf(pc)
    if (this.#state !== 'opening') return
    this.#cancelTimer()
    this.#state = 'open'
    const write = (frame: Bytes): void => peer.send(frame)
    this.#outgoing = new Outgoing(channel, write, {
      drained: () => this.#drained(),
      failed: () => this.#fail('closed'),
    })
    watchPath(pc, (path) => this.#pathChanged(path))
    this.#emit({ type: 'open', ...this.#path })
    const early = this.#early
    this.#early = []
    for (const bytes of early) this.#received(bytes)
  }

  #received(data: Bytes | string): void {
    if (typeof data === 'string' || data.length > MAX_FRAME_BYTES) return this.#fail('protocol')
    if (this.#state === 'open') return this.#emit({ type: 'frame', bytes: data })
    if (this.#state !== 'connecting' && this.#state !== 'opening') return
    this.#earlyBytes += data.length
    if (this.#earlyBytes > MAX_EARLY_BYTES) return this.#fail('protocol')
    this.#early.push(data)
  }

  #drained(): void {
    // Never from inside `send`: the caller has not seen its answer yet.
    queueMicrotask(() => {
      if (this.#state === 'open') this.#emit({ type: 'drained' })
    })
  }

  #pathChanged(path: Path): void {
    if (this.#state !== 'open' || JSON.stringify(path) === JSON.stringify(this.#path)) return
    this.#path = path
    this.#emit({ type: 'path', ...path })
  }

  /** A normal close by the other side often arrives as an error of the data channel: once open, every end is `closed`. */
  #reasonOf(code: string | undefined): ClosedReason {
    if (this.#state !== 'connecting' && this.#state !== 'opening') return 'closed'
    if (code === 'ERR_PC_CONSTRUCTOR') return 'unsupported'
    return code === 'ERR_SET_REMOTE_DESCRIPTION' ? 'protocol' : 'never-opened'
  }

  /** Ends in `closed` a microtask later, so never from inside a call of the chat. */
  #fail(reason: ClosedReason): void {
    this.#reason ??= reason
    if (this.#peer) this.#peer.destroy()
    else queueMicrotask(() => this.#finish())
  }

  #finish(): void {
    if (this.#state === 'closed') return
    const wasOpen = this.#state === 'open' || this.#state === 'closing'
    this.#state = 'closed'
    this.#gathering.stop()
    this.#cancelTimer()
    this.#early = []
    this.#outgoing?.stop()
    this.#peer?.removeAllListeners()
    const reason = this.#reason ?? (wasOpen ? 'closed' : 'never-opened')
    const noWay = reason === 'never-opened' || reason === 'no-relay'
    this.#emit({ type: 'closed', reason: noWay && this.#passwordRefused ? 'password' : reason })
  }
}
