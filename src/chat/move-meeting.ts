/** Where the two devices of a move find each other: one topic, of which only the link tells. */
import { toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { openEnvelope, sealEnvelope, type Direction, type EnvelopeKind } from '../protocol/envelope.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { TopicKeys } from '../protocol/topics.ts'
import type { Clock, IceServer, PeerFactory, Random, Rendezvous } from './ports.ts'

/** What a move needs of the page. */
export type Ways = {
  /** Of its own, not that of the chats: it outlives them. */
  readonly rendezvous: Rendezvous
  readonly peers: PeerFactory
  readonly clock: Clock
  readonly random: Random
  readonly relays: readonly string[]
  /** Those of this person's own, for the link to name. */
  readonly named: readonly string[]
  readonly iceServers: readonly IceServer[]
  readonly relayOnly: boolean
}

export interface Meeting {
  /** Whether a relay can be reached. */
  readonly isReached: boolean
  say(kind: EnvelopeKind, body: Bytes): void
  stop(): void
}

/** `me`: our role in the handshake. `heard`: what the other side said; throws ProtocolError for what is none. */
export function meet(
  { rendezvous, random }: Ways,
  relays: readonly string[],
  { keys, me }: { readonly keys: TopicKeys; readonly me: Direction },
  on: { readonly heard: (kind: EnvelopeKind, body: Bytes) => void; readonly reached: () => void },
): Meeting {
  const topic = toHex(keys.topic)
  const open = new Set<string>()
  rendezvous.start(relays, (event) => {
    if (event.type === 'relay') {
      const before = open.size > 0
      if (event.state === 'open') open.add(event.relay)
      else open.delete(event.relay)
      if (open.size > 0 !== before) on.reached()
    } else if (event.type === 'arrived') {
      try {
        const { kind, body } = openEnvelope(keys, me === 'i' ? 'r' : 'i', event.content)
        on.heard(kind, body)
      } catch (error) {
        // A relay may bring anything.
        if (!(error instanceof ProtocolError)) throw error
      }
    }
  })
  rendezvous.listen([topic])
  return {
    get isReached() {
      return open.size > 0
    },
    say(kind, body) {
      const content = sealEnvelope(keys, me, kind, body, random(24))
      rendezvous.publish({ topics: [topic], content, kind: 'handshake' })
    },
    stop: () => rendezvous.stop(),
  }
}
