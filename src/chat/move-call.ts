/** The new device looks for the old one: offers, until one is answered and its line opens. Ends with one line, or none. */
import { wipe, type Bytes } from '../protocol/bytes.ts'
import { encodeCall } from '../protocol/call.ts'
import type { RtcDescription } from '../protocol/description.ts'
import type { EnvelopeKind } from '../protocol/envelope.ts'
import { abandon, finish, initiate, INITIATE_ENTROPY_BYTES } from '../protocol/handshake.ts'
import type { Established, KeyPair, Waiting } from '../protocol/handshake.ts'
import { inviteKeys, type Invite } from '../protocol/invite.ts'
import type { MoveStep } from '../protocol/move.ts'
import { publicKey, type SecretKey } from '../protocol/primitives.ts'
import { ZERO_NONCE } from './calling.ts'
import { MoveLine } from './move-line.ts'
import { meet, type Meeting, type Ways } from './move-meeting.ts'
import type { MoveTrouble } from './move-view.ts'
import type { ClosedReason, PeerChannel, PeerEvent } from './ports.ts'
import { spending } from './secrets.ts'

/** A call may get lost: until it is answered it is sent again. */
const CALL_EVERY = 4_000
/** An offer older than this may point at a closed NAT hole. */
const OFFER_FOR = 60_000
const RETRY_AFTER = 2_000
const MAX_FAILURES = 3

export type CallEvents = {
  /** Again and again, until it is found, and after a line that did not open. */
  readonly looking: () => void
  readonly found: () => void
  readonly step: (line: MoveLine, step: MoveStep) => void
  /** The line that had opened broke. */
  readonly broken: () => void
  /** There will be no line. */
  readonly ended: (why: MoveTrouble) => void
}

type Attempt = {
  readonly channel: PeerChannel
  waiting?: Waiting
  hs1?: Bytes
  established?: Established
  line?: MoveLine
}

export class MoveCall {
  readonly #ways: Ways
  readonly #link: Invite
  readonly #on: CallEvents
  readonly #me: KeyPair
  readonly #meeting: Meeting
  readonly #timers = new Set<() => void>()
  #attempt: Attempt | undefined
  #failures = 0

  constructor(ways: Ways, link: Invite, relays: readonly string[], on: CallEvents) {
    this.#ways = ways
    this.#link = link
    this.#on = on
    const secret = ways.random(32) as SecretKey
    this.#me = { secret, public: publicKey(secret) }
    const heard = (kind: EnvelopeKind, body: Bytes): void => this.#heardAnswer(kind, body)
    const keys = inviteKeys(link.secret, 'move')
    this.#meeting = meet(ways, relays, { keys, me: 'i' }, { heard, reached: () => this.#look() })
    this.#dial()
  }

  get isReached(): boolean {
    return this.#meeting.isReached
  }

  get line(): MoveLine | undefined {
    return this.#attempt?.line
  }

  stop(): void {
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    this.#meeting.stop()
    this.#drop()
    wipe(this.#me.secret)
  }

  #look(): void {
    if (!this.#attempt?.established) this.#on.looking()
  }

  #after(ms: number, run: () => void): void {
    const cancel = this.#ways.clock.after(ms, () => {
      this.#timers.delete(cancel)
      run()
    })
    this.#timers.add(cancel)
  }

  #dial(): void {
    const { peers, iceServers, relayOnly } = this.#ways
    const channel = peers({ initiator: true, iceServers, relayOnly, patient: this.#failures > 0 }, (event) => {
      if (this.#attempt === attempt) this.#heardPeer(attempt, event)
    })
    const attempt: Attempt = { channel }
    this.#attempt = attempt
  }

  #heardPeer(attempt: Attempt, event: PeerEvent): void {
    switch (event.type) {
      case 'described':
        return this.#offer(attempt, event.description)
      case 'open':
        return this.#opened(attempt)
      case 'frame':
        // Theirs may have opened before ours.
        this.#opened(attempt)
        return attempt.line?.received(event.bytes)
      case 'drained':
        return attempt.line?.drained()
      case 'closed':
        return attempt.line ? attempt.line.lose() : this.#failed(event.reason)
      default:
    }
  }

  #offer(attempt: Attempt, description: RtcDescription): void {
    const link = this.#link
    const { message, waiting } = spending(this.#ways.random, INITIATE_ENTROPY_BYTES, (entropy) =>
      initiate({
        context: { mode: 'move', invite: link.bytes, nonce: ZERO_NONCE },
        psk: inviteKeys(link.secret, 'move').psk,
        me: this.#me,
        them: link.inviter,
        payload: { name: '', caps: 0, description },
        entropy,
      }),
    )
    attempt.waiting = waiting
    attempt.hs1 = message
    this.#call(attempt)
    this.#after(OFFER_FOR, () => {
      if (this.#attempt === attempt && !attempt.established) this.#anew()
    })
  }

  /** Sealed anew each time: who has seen a box drops it. */
  #call(attempt: Attempt): void {
    if (this.#attempt !== attempt || !attempt.hs1 || attempt.established) return
    this.#meeting.say('hs1', encodeCall({ nonce: ZERO_NONCE, message: attempt.hs1 }))
    this.#after(CALL_EVERY, () => this.#call(attempt))
  }

  #heardAnswer(kind: EnvelopeKind, body: Bytes): void {
    const attempt = this.#attempt
    if (kind !== 'hs2' || !attempt?.waiting || attempt.established) return
    const { reply, established } = finish(attempt.waiting, body)
    if (reply.status !== 'ok') return this.#on.ended(reply.status)
    if (!established || !reply.description) return this.#anew()
    attempt.established = established
    this.#on.found()
    attempt.channel.accept(reply.description)
  }

  #opened(attempt: Attempt): void {
    if (attempt.line) return
    if (!attempt.established) return this.#anew()
    attempt.line = new MoveLine(attempt.channel, attempt.established, this.#ways, {
      confirmed: () => undefined,
      step: (step) => attempt.line && this.#on.step(attempt.line, step),
      ended: () => this.#on.broken(),
    })
  }

  #failed(reason: ClosedReason): void {
    if (reason === 'unsupported') return this.#on.ended('no-webrtc')
    if (reason === 'no-relay') return this.#on.ended('hidden')
    if (++this.#failures >= MAX_FAILURES) return this.#on.ended('no-line')
    this.#anew()
  }

  /** The next offer. */
  #anew(): void {
    this.#drop()
    this.#on.looking()
    this.#after(RETRY_AFTER, () => this.#dial())
  }

  #drop(): void {
    const { line, channel, waiting, established } = this.#attempt ?? {}
    this.#attempt = undefined
    if (waiting) abandon(waiting)
    if (line) return line.close()
    established?.session.end()
    channel?.close()
  }
}
