/** The open channels of this page by number, and the frames that go through them. Seals when it sends. */
import type { Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { INITIATE_ENTROPY_BYTES, RESPOND_ENTROPY_BYTES } from '../protocol/handshake.ts'
import { answerRekey, beginRekey, completeRekey } from '../protocol/rekey.ts'
import type { Parties } from '../protocol/rekey.ts'
import { isFatal, SEAL_ENTROPY_BYTES } from '../protocol/session.ts'
import type { Frame, Session } from '../protocol/session.ts'
import type { IceServer, PeerChannel, PeerEvent, PeerFactory, Random } from './ports.ts'
import { BATCH } from './limits.ts'
import { spending } from './secrets.ts'
import { linkOfPeer } from './turn.ts'
import type { Effect, RekeyStep } from './turn.ts'
import type { State } from './state.ts'

type Of<D extends Effect['do']> = Extract<Effect, { do: D }>

export class Channels {
  readonly #open = new Map<number, PeerChannel>()
  readonly #peers: PeerFactory
  readonly #random: Random
  readonly #heard: (peer: number, event: PeerEvent) => void

  /** `heard` gets every event of a channel that was not hung up. */
  constructor(peers: PeerFactory, random: Random, heard: (peer: number, event: PeerEvent) => void) {
    this.#peers = peers
    this.#random = random
    this.#heard = heard
  }

  dial({ peer, initiator, relayOnly, patient, byHand }: Of<'dial'>, iceServers: readonly IceServer[]): void {
    const channel = this.#peers({ initiator, iceServers, relayOnly, patient, byHand }, (event) => {
      // A channel that was hung up, or whose number another life of this page uses again, is no longer heard.
      if (this.#open.get(peer) !== channel) return
      if (event.type === 'closed') this.#open.delete(peer)
      this.#heard(peer, event)
    })
    this.#open.set(peer, channel)
  }

  accept({ peer, description }: Of<'accept'>): void {
    if (description) this.#open.get(peer)?.accept(description)
    else this.#open.get(peer)?.proceed()
  }

  /** False: the channel's queue is full until it says `drained`. */
  send({ peer, session, frame }: Of<'send'>): boolean {
    return this.#open.get(peer)?.send(this.#seal(session, frame)) !== false
  }

  /** One step of a renewal. After the last one a ping under the new keys tells the other side to switch. Throws ProtocolError. */
  rekey({ peer, session, step, parties }: Of<'rekey'>): boolean {
    const frame = rekeyFrame(session, step, parties, this.#random)
    return this.send({ do: 'send', peer, session, frame })
  }

  hangUp({ peer, bye }: Omit<Of<'hangup'>, 'do'>): void {
    const channel = this.#open.get(peer)
    this.#open.delete(peer)
    if (bye) channel?.send(this.#seal(bye, { type: 'bye' }))
    channel?.close()
  }

  #seal(session: Session, frame: Frame): Bytes {
    return spending(this.#random, SEAL_ENTROPY_BYTES, (entropy) => session.seal(frame, entropy))
  }

  closeAll(): void {
    for (const peer of this.#open.keys()) this.hangUp({ peer })
  }
}

function rekeyFrame(session: Session, step: RekeyStep, parties: Parties, random: Random): Frame {
  if (step.name === 'begin')
    return spending(random, INITIATE_ENTROPY_BYTES, (entropy) => beginRekey(session, parties, entropy))
  if (step.name === 'answer')
    return spending(random, RESPOND_ENTROPY_BYTES, (entropy) => answerRekey(session, step.message, parties, entropy))
  completeRekey(session, step.message)
  return { type: 'ping' }
}

/** The session a channel carries, confirmed or about to be. */
export function sessionOf(state: State, peer: number): Session | undefined {
  const link = linkOfPeer(state, peer)?.link
  if (link?.live?.peer === peer) return link.live.session
  return link?.attempts.find((a) => a.peer === peer)?.established?.session
}

function unbundled(frame: Frame): readonly Frame[] {
  return frame.type === 'bundle' ? frame.messages.map((one) => ({ type: 'message', ...one })) : [frame]
}

/**
 * Opens frames in order, bundles as the messages in them, as long as there is a `next` and fewer than a commit takes were found: a small
 * frame may hold many. `broken`: one was not sealed in this session, and the rest was not looked at.
 */
export function openFrames(
  session: Session | undefined,
  first: Bytes,
  next: () => Bytes | undefined,
): { readonly frames: readonly Frame[]; readonly broken: boolean } {
  const frames: Frame[] = []
  for (let bytes: Bytes | undefined = first; bytes; bytes = frames.length < BATCH ? next() : undefined) {
    try {
      if (!session) return { frames, broken: true }
      frames.push(...unbundled(session.open(bytes)))
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      if (isFatal(error)) return { frames, broken: true }
    }
  }
  return { frames, broken: false }
}
