/** The old device is found: makes the link, binds it to the first that opens it, and answers that one until a line is up. */
import { equal, toHex, wipe, type Bytes } from '../protocol/bytes.ts'
import { decodeCall } from '../protocol/call.ts'
import { receive, respond, RESPOND_ENTROPY_BYTES } from '../protocol/handshake.ts'
import type { Established, KeyPair, Received } from '../protocol/handshake.ts'
import { inviteFragment, inviteKeys, makeInvite, type Invite } from '../protocol/invite.ts'
import type { MoveStep } from '../protocol/move.ts'
import { publicKey, sha256, type PublicKey, type SecretKey } from '../protocol/primitives.ts'
import { ZERO_NONCE } from './calling.ts'
import { MoveLine } from './move-line.ts'
import { meet, type Meeting, type Ways } from './move-meeting.ts'
import type { PeerChannel, PeerEvent } from './ports.ts'
import { spending } from './secrets.ts'

/** Handshakes that reach a DH, by who holds the link. */
const MAX_HANDSHAKES = 20
/** A second copy of HS1 may be needed; a hundredth is a relay's. */
const MAX_REPEATS = 20

export type AnswerEvents = {
  /** A relay came or went. */
  readonly reached: () => void
  /** Somebody called, and is the one from now on. */
  readonly found: () => void
  /** The line is up, and the other side spoke first. */
  readonly confirmed: (line: MoveLine) => void
  readonly step: (line: MoveLine, step: MoveStep) => void
  /** The line broke, or none opened. */
  readonly broken: () => void
  /** Somebody else opened the link, and was told that it is used. */
  readonly others: () => void
}

/** One HS1 and what came of it. */
type Attempt = {
  readonly hs1: string
  readonly channel: PeerChannel
  readonly received: Received
  repeats: number
  hs2?: Bytes
  established?: Established
  line?: MoveLine
}

export class MoveAnswer {
  readonly fragment: string
  readonly #ways: Ways
  readonly #on: AnswerEvents
  readonly #me: KeyPair
  readonly #link: Invite
  readonly #meeting: Meeting
  readonly #calls = new Set<string>()
  #bound: PublicKey | undefined
  #attempt: Attempt | undefined
  #isSettled = false

  /** `expiresAt`: Unix ms. */
  constructor(ways: Ways, expiresAt: number, on: AnswerEvents) {
    this.#ways = ways
    this.#on = on
    const secret = ways.random(32) as SecretKey
    this.#me = { secret, public: publicKey(secret) }
    this.#link = makeInvite({
      relayOnly: ways.relayOnly,
      manual: false,
      expiresAt: Math.ceil(expiresAt / 60_000),
      inviter: this.#me.public,
      secret: ways.random(32),
      relays: ways.named,
    })
    this.fragment = inviteFragment(this.#link)
    const keys = inviteKeys(this.#link.secret, 'move')
    this.#meeting = meet(
      ways,
      ways.relays,
      { keys, me: 'r' },
      {
        heard: (kind, body) => kind === 'hs1' && this.#heardCall(body),
        reached: () => on.reached(),
      },
    )
  }

  get isReached(): boolean {
    return this.#meeting.isReached
  }

  get line(): MoveLine | undefined {
    return this.#attempt?.line
  }

  /** From here on there is one line, and no other. */
  settle(): void {
    this.#isSettled = true
  }

  stop(): void {
    this.#meeting.stop()
    this.#drop()
    wipe(this.#me.secret, this.#link.secret, this.#link.bytes)
  }

  /** The same HS1 gets the same answer; the first valid one binds the link. */
  #heardCall(body: Bytes): void {
    const { nonce, message } = decodeCall(body)
    if (!equal(nonce, ZERO_NONCE)) return
    const hs1 = toHex(sha256(message))
    if (this.#attempt?.hs1 === hs1) return this.#repeat(this.#attempt)
    // What came late must not take the place of what came after it.
    if (this.#calls.has(hs1) || this.#calls.size >= MAX_HANDSHAKES) return
    this.#calls.add(hs1)
    const { psk } = inviteKeys(this.#link.secret, 'move')
    const context = { mode: 'move', invite: this.#link.bytes, nonce: ZERO_NONCE } as const
    const received = receive({ context, psk, me: this.#me, message })
    if (this.#bound && !equal(this.#bound, received.them)) return this.#refuse(received)
    if (this.#isSettled || !received.payload.description) return
    this.#bound = received.them
    this.#drop()
    this.#dial(hs1, received)
    this.#on.found()
    this.#attempt?.channel.accept(received.payload.description)
  }

  #dial(hs1: string, received: Received): void {
    const { peers, iceServers, relayOnly } = this.#ways
    const channel = peers({ initiator: false, iceServers, relayOnly, patient: this.#calls.size > 1 }, (event) => {
      if (this.#attempt === attempt) this.#heardPeer(attempt, event)
    })
    const attempt: Attempt = { hs1, channel, received, repeats: 0 }
    this.#attempt = attempt
  }

  #repeat(attempt: Attempt): void {
    if (attempt.hs2 && attempt.repeats++ < MAX_REPEATS) this.#meeting.say('hs2', attempt.hs2)
  }

  #refuse(received: Received): void {
    const { message } = spending(this.#ways.random, RESPOND_ENTROPY_BYTES, (entropy) =>
      respond(received, { status: 'used' }, entropy),
    )
    this.#meeting.say('hs2', message)
    this.#on.others()
  }

  #heardPeer(attempt: Attempt, event: PeerEvent): void {
    switch (event.type) {
      case 'described': {
        const reply = { status: 'ok', name: '', caps: 0, description: event.description } as const
        const { message, established } = spending(this.#ways.random, RESPOND_ENTROPY_BYTES, (entropy) =>
          respond(attempt.received, reply, entropy),
        )
        attempt.hs2 = message
        if (established) attempt.established = established
        return this.#meeting.say('hs2', message)
      }
      case 'open':
        return this.#opened(attempt)
      case 'frame':
        // Theirs may have opened before ours.
        this.#opened(attempt)
        return attempt.line?.received(event.bytes)
      case 'drained':
        return attempt.line?.drained()
      case 'closed':
        return attempt.line ? attempt.line.lose() : this.#on.broken()
      default:
    }
  }

  #opened(attempt: Attempt): void {
    if (attempt.line) return
    if (!attempt.established) return attempt.channel.close()
    attempt.line = new MoveLine(attempt.channel, attempt.established, this.#ways, {
      confirmed: () => attempt.line && this.#on.confirmed(attempt.line),
      step: (step) => attempt.line && this.#on.step(attempt.line, step),
      ended: () => this.#on.broken(),
    })
  }

  #drop(): void {
    const { line, channel, established } = this.#attempt ?? {}
    this.#attempt = undefined
    if (line) return line.close()
    established?.session.end()
    channel?.close()
  }
}
