/** What relays say to the page, and what clients say to the embedded relay. */
import fc from 'fast-check'
import { isAuthentic, matches, parseClientMessage, topicsOf } from '../../../src/host/relay-messages.ts'
import type { ClientMessage } from '../../../src/host/relay-messages.ts'
import { SubscriptionIndex } from '../../../src/host/relay-index.ts'
import { toHex } from '../../../src/protocol/bytes.ts'
import { EventSigner } from '../../../src/net/rendezvous/event.ts'
import { makeNostrRendezvous } from '../../../src/net/rendezvous/nostr.ts'
import { MAX_RELAY_FRAME } from '../../../src/net/rendezvous/socket.ts'
import type { WebSocketConstructor } from '../../../src/net/rendezvous/socket.ts'
import { parseRelayMessage } from '../../../src/net/schema.ts'
import type { RendezvousEvent } from '../../../src/chat/ports.ts'
import { ManualClock } from '../../net/support.ts'
import { bytesOf } from '../../protocol/help.ts'
import { decoder } from '../decoder.ts'
import type { Trial } from '../decoder.ts'
import { junkText, mutatedJson } from '../mutate-text.ts'

const fromRelay = { length: MAX_RELAY_FRAME, by: 'net/rendezvous/socket.ts' }
const fromClient = { length: 64 * 1024, by: 'host/relay.ts' }

const topic = toHex(bytesOf('topic', 32))
const signer = new EventSigner((length) => bytesOf(`signer ${length}`, length))
const event = signer.sign([topic, toHex(bytesOf('decoy', 32))], bytesOf('content', 200), 1_800_000_000)
const answers = [
  ['EVENT', 's1', event],
  ['EOSE', 's1'],
  ['OK', event.id, true, ''],
  ['OK', event.id, false, 'invalid: created_at is too far in the future'],
  ['CLOSED', 's1', 'rate-limited: slow down'],
  ['CLOSED', 's1'],
  ['NOTICE', 'blocked: no'],
  ['AUTH', 'challenge'],
]
const requests = [
  ['EVENT', event],
  ['REQ', 's1', { kinds: [21_059], '#p': [topic, topic], limit: 50 }],
  ['REQ', 's2', { authors: [topic], since: 5, until: 1_900_000_000 }, { '#p': [topic] }],
  ['CLOSE', 's1'],
]

function jsonLike(seeds: readonly unknown[], most: number): fc.Arbitrary<string> {
  return fc.oneof({ weight: 1, arbitrary: junkText(most) }, { weight: 15, arbitrary: mutatedJson(seeds, most) })
}

// ── A page that listens on one topic of one relay ──

/** As much of a WebSocket as the page uses. */
class Wire {
  readyState = 1
  onopen: (() => void) | null = null
  onmessage: ((event: { readonly data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  send(): void {}
  close(): void {}
}

/** After a frame that neither ends a subscription nor complains, an event on our topic must still arrive. */
function listening(frame: string): Trial<readonly RendezvousEvent[]> {
  const wire = new Wire()
  const events: RendezvousEvent[] = []
  const hear = (data: string): void => wire.onmessage?.({ data })
  const rendezvous = makeNostrRendezvous({
    random: (length) => new Uint8Array(length).fill(7),
    clock: new ManualClock(),
    base: 'http://localhost/',
    WebSocket: function () {
      return wire
    } as unknown as WebSocketConstructor,
  })
  rendezvous.listen([topic])
  rendezvous.start(['/relay'], (one) => events.push(one))
  wire.onopen?.()
  hear('["EOSE","s1"]')
  events.length = 0
  return {
    decode() {
      hear(frame)
      return [...events]
    },
    after(outcome) {
      const said = parseRelayMessage(frame)?.[0]
      if (said === 'CLOSED' || said === 'NOTICE' || frame.length > MAX_RELAY_FRAME) return
      if ('value' in outcome && outcome.value.some(({ type }) => type === 'arrived')) return
      hear(JSON.stringify(['EVENT', 's1', event]))
      if (!events.some(({ type }) => type === 'arrived')) throw new Error('the page hears nothing any more')
    },
  }
}

// ── The embedded relay ──

/** What was asked for must be findable, or refused; what comes back from hostile filters is no error. */
function serving(text: string): Trial<ClientMessage> {
  return {
    decode: () => parseClientMessage(text),
    after(outcome) {
      const message = 'value' in outcome ? outcome.value : undefined
      const index = new SubscriptionIndex<string>()
      if (message?.type === 'req') {
        const subscription = { owner: 'somebody', id: message.id, filters: message.filters }
        index.add(subscription)
        index.matching(event)
        index.remove(subscription)
        if (index.size !== 0) throw new Error('the subscription stays')
      }
      if (message?.type !== 'event') return
      topicsOf(message.event)
      matches({ topics: new Set([topic]), since: 0, until: Infinity }, message.event)
      index.matching(message.event)
    },
  }
}

function judged(text: string): string {
  const message = parseClientMessage(text)
  if (message.type !== 'event') return 'no event'
  return isAuthentic(message.event) ? 'authentic' : 'forged'
}

export const relays = [
  decoder({
    name: 'message of a relay',
    covers: ['net/schema.ts parseRelayMessage'],
    valid: answers.map((one) => JSON.stringify(one)),
    inputs: jsonLike(answers, MAX_RELAY_FRAME),
    outcomes: ['EVENT', 'EOSE', 'OK', 'CLOSED', 'NOTICE', 'AUTH', 'undefined'],
    decode: parseRelayMessage,
    label: (message) => message?.[0] ?? 'undefined',
    again: (message) => JSON.stringify(message),
    limit: fromRelay,
  }),
  decoder({
    name: 'relay, to a page that listens',
    covers: ['net/rendezvous/nostr.ts makeNostrRendezvous', 'net/schema.ts parseRelayMessage'],
    valid: answers.map((one) => JSON.stringify(one)),
    inputs: jsonLike(answers, MAX_RELAY_FRAME + 100),
    outcomes: ['arrived', 'relay', 'nothing'],
    trial: listening,
    runs: 1000,
    label: (events) => events[0]?.type ?? 'nothing',
    limit: fromRelay,
  }),
  decoder({
    name: 'client of the embedded relay',
    covers: ['host/relay-messages.ts parseClientMessage'],
    valid: requests.map((one) => JSON.stringify(one)),
    inputs: jsonLike(requests, fromClient.length),
    outcomes: ['event', 'req', 'req-refused', 'close', 'unreadable'],
    trial: serving,
    label: ({ type }) => type,
    limit: fromClient,
  }),
  decoder({
    name: 'event of a client',
    covers: ['host/relay-messages.ts isAuthentic'],
    valid: [JSON.stringify(requests[0])],
    inputs: mutatedJson([requests[0]]),
    outcomes: ['authentic', 'forged', 'no event'],
    decode: judged,
    label: (what) => what,
    runs: 1000,
    limit: fromClient,
  }),
]
