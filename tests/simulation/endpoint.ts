/** Channels of the little world: what their wire does to a frame, and when they open or give up. */
import { toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import type { RtcDescription } from '../../src/protocol/description.ts'
import { sha256 } from '../../src/protocol/primitives.ts'
import type { PeerChannel, PeerEvent, PeerFactory } from '../../src/chat/ports.ts'
import type { World } from './world.ts'

/** One end of a channel. */
export class Endpoint {
  readonly world: World
  readonly ufrag: string
  readonly alive: () => boolean
  readonly on: (event: PeerEvent) => void
  /** Whether its page asked for relayed candidates only. */
  readonly relayOnly: boolean
  remote: string | undefined
  /** It knows where the other end is, and does not knock there yet. */
  held: boolean
  other: Endpoint | undefined
  closed = false
  #held: Bytes | undefined

  constructor(world: World, alive: () => boolean, on: (event: PeerEvent) => void, relayOnly: boolean, held = false) {
    this.world = world
    this.held = held
    this.relayOnly = relayOnly
    this.alive = alive
    this.on = on
    this.ufrag = toHex(world.random(4))
    world.endpoints.set(this.ufrag, this)
  }

  tell(event: PeerEvent, ms = 1): void {
    this.world.after(ms, () => {
      if (this.alive() && (!this.closed || event.type === 'closed')) this.on(event)
    })
  }

  describe(): RtcDescription {
    return {
      setup: 'actpass',
      ufrag: this.ufrag,
      pwd: 'p'.repeat(22),
      fingerprint: sha256(new TextEncoder().encode(this.ufrag)),
      sctpPort: 5000,
      maxMessageSize: 262_144,
      candidates: [],
    }
  }

  /** Both ends know each other: the line opens, or fails after a while. */
  meet(): void {
    const other = this.remote === undefined ? undefined : this.world.endpoints.get(this.remote)
    if (!other || other.remote !== this.ufrag || this.other || this.closed || other.closed) return
    if (this.held || other.held) return
    this.other = other
    other.other = this
    if (this.world.chance(this.world.trouble.openFails)) {
      for (const end of [this, other]) end.end('never-opened', 20_000)
      return
    }
    for (const end of [this, other])
      end.tell({ type: 'open', path: 'direct' }, this.world.opensAfter + this.world.fraction() * 20)
  }

  /** ICE looks for the other end for so long and no longer. */
  giveUp(): void {
    this.world.after(15_000, () => {
      if (!this.other) this.end('never-opened', 0)
    })
  }

  end(reason: 'closed' | 'never-opened', ms: number): void {
    this.world.after(ms, () => {
      if (this.closed) return
      this.closed = true
      if (this.alive()) this.on({ type: 'closed', reason })
    })
  }

  send(bytes: Bytes): void {
    const { trouble } = this.world
    const other = this.other
    if (!other || this.closed) return
    if (this.world.chance(trouble.cut)) {
      for (const end of [this, other]) end.end('closed', this.world.chance(0.3) ? 40_000 : this.world.fraction() * 100)
      return
    }
    if (this.world.chance(trouble.tear)) {
      this.deliver(other, bytes.slice(0, Math.floor(this.world.fraction() * bytes.length)))
      for (const end of [this, other]) end.end('closed', 5)
      return
    }
    if (this.world.chance(trouble.frameDrop)) return
    const frame = bytes.slice()
    if (this.world.chance(trouble.frameCorrupt)) frame[Math.floor(this.world.fraction() * frame.length)]! ^= 1
    if (!this.#held && this.world.chance(trouble.frameSwap)) {
      this.#held = frame
      return
    }
    this.deliver(other, frame)
    if (this.world.chance(trouble.frameRepeat)) this.deliver(other, frame)
    if (this.#held) this.deliver(other, this.#held)
    this.#held = undefined
  }

  /** Frames keep their order but for what the wire swaps on purpose: all take the same time. */
  deliver(other: Endpoint, bytes: Bytes): void {
    other.tell({ type: 'frame', bytes: bytes.slice() }, 4)
  }
}

export function makePeers(world: World, alive: () => boolean, born: (end: Endpoint) => void): PeerFactory {
  return (options, on) => {
    const end = new Endpoint(world, alive, on, options.relayOnly, options.byHand && !options.initiator)
    born(end)
    const gathered = (): void => end.tell({ type: 'described', places: [], description: end.describe() }, 20)
    if (options.initiator) gathered()
    const channel: PeerChannel = {
      accept(remote) {
        end.remote = remote.ufrag
        if (!options.initiator) gathered()
        world.after(2, () => end.meet())
        if (!end.held) end.giveUp()
      },
      proceed() {
        end.held = false
        end.meet()
        end.giveUp()
      },
      send(frame) {
        end.send(frame)
        return true
      },
      close() {
        const { other } = end
        end.end('closed', 0)
        other?.end('closed', 30)
      },
    }
    return channel
  }
}
