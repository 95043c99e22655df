/** The line between the two devices of a move once it is open: sealed steps, room for more, signs of life. */
import type { Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { Established } from '../protocol/handshake.ts'
import { decodeMoveStep, encodeMoveStep, type MoveStep } from '../protocol/move.ts'
import { SEAL_ENTROPY_BYTES, type Frame } from '../protocol/session.ts'
import type { Clock, PeerChannel, Random } from './ports.ts'
import { spending } from './secrets.ts'

const PING_EVERY = 10_000
/** Putting everything on a disk keeps a page busy. */
const DEAD_AFTER = 60_000
const NO_ID: Bytes = new Uint8Array(16)

export type LineDeps = { readonly clock: Clock; readonly random: Random }

export type LineEvents = {
  /** The initiator's first frame came: from here on there is something to say. */
  readonly confirmed: () => void
  readonly step: (step: MoveStep) => void
  /** The last event. */
  readonly ended: () => void
}

export class MoveLine {
  readonly #channel: PeerChannel
  readonly #established: Established
  readonly #deps: LineDeps
  readonly #on: LineEvents
  #heardAt: number
  #confirmed: boolean
  #over = false
  #isFull = false
  #waiting: (() => void)[] = []
  #cancel: () => void = () => undefined

  constructor(channel: PeerChannel, established: Established, deps: LineDeps, on: LineEvents) {
    this.#channel = channel
    this.#established = established
    this.#deps = deps
    this.#on = on
    this.#heardAt = deps.clock.now()
    this.#confirmed = established.session.role === 'initiator'
    if (this.#confirmed) this.#seal({ type: 'confirm', caps: 0 })
    this.#tick()
  }

  get hash(): Bytes {
    return this.#established.handshakeHash
  }

  get isOver(): boolean {
    return this.#over
  }

  /** Ignored once it is over. */
  send(step: MoveStep): void {
    this.#seal({ type: 'message', id: NO_ID, body: encodeMoveStep(step) })
  }

  /** Resolves once the channel has room for more and `may`, which is asked again at each `wake`; or it is over. */
  async room(may: () => boolean): Promise<void> {
    while ((this.#isFull || !may()) && !this.#over) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  drained(): void {
    this.#isFull = false
    this.wake()
  }

  wake(): void {
    for (const go of this.#waiting.splice(0)) go()
  }

  received(bytes: Bytes): void {
    if (this.#over) return
    try {
      this.#heard(this.#established.session.open(bytes))
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      // One that came twice harms nobody. Of one that is missing the next will tell: what is carried says where it belongs.
      if (error.code !== 'replay') this.lose()
    }
  }

  #heard(frame: Frame): void {
    this.#heardAt = this.#deps.clock.now()
    if (this.#confirmed) {
      if (frame.type === 'bye') this.lose()
      else if (frame.type === 'message') this.#on.step(decodeMoveStep(frame.body))
    } else if (frame.type === 'confirm') {
      this.#confirmed = true
      this.#on.confirmed()
    } else this.lose()
  }

  /** What was asked to leave leaves; nothing is told. */
  close(): void {
    if (this.#over) return
    this.#seal({ type: 'bye' })
    this.#end()
  }

  /** It broke. */
  lose(): void {
    if (this.#over) return
    this.#end()
    this.#on.ended()
  }

  #seal(frame: Frame): void {
    // The responder has nothing to seal with before.
    if (this.#over || !this.#confirmed) return
    const { session } = this.#established
    const sealed = spending(this.#deps.random, SEAL_ENTROPY_BYTES, (entropy) => session.seal(frame, entropy))
    if (!this.#channel.send(sealed)) this.#isFull = true
  }

  #end(): void {
    this.#over = true
    this.#cancel()
    this.#established.session.end()
    this.#channel.close()
    this.wake()
  }

  #tick(): void {
    this.#cancel = this.#deps.clock.after(PING_EVERY, () => {
      if (this.#deps.clock.now() - this.#heardAt > DEAD_AFTER) return this.lose()
      this.#seal({ type: 'ping' })
      this.#tick()
    })
  }
}
