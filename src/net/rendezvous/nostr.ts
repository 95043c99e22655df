/**
 * Rendezvous over Nostr relays: NIP-01 and nothing else, ephemeral events only, several relays at once, first copy wins.
 * NOT its concern: what the bytes mean and who sent them. It does not check signatures, because the sealed content
 * authenticates itself and a check costs 50 times as much as opening junk.
 */
import type { Clock, Publication, Random, Rendezvous, RendezvousEvent, TopicAt } from '../../chat/ports.ts'
import { fromBase64, toHex, utf8 } from '../../protocol/bytes.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { sha256 } from '../../protocol/primitives.ts'
import { relayUrl } from '../config.ts'
import { MAX_RELAYS, MAX_TAGS } from '../schema.ts'
import type { NostrEvent } from '../schema.ts'
import { EventSigner } from './event.ts'
import type { Item } from './outbox.ts'
import { Relay } from './relay.ts'
import type { Rests, WebSocketConstructor } from './socket.ts'
import { TopicSet } from './topics.ts'

const MAX_CONTENT_BYTES = 4 * 1024
/** What came in lately, to drop the copies: more than a day of hellos of 1,000 contacts. */
const MAX_SEEN = 2_000
/** As a batch of four hellos: that is what most of what we publish looks like. */
const PROBE_TAGS = 4
const PROBE_BYTES = 24 + PROBE_TAGS * 40
/** A signed event is good for this long; a relay that opens later gets a fresh one. */
const SIGNED_FOR_MS = 30_000

export type NostrDeps = {
  readonly random: Random
  readonly clock: Clock
  /** URL of the page, for relative entries such as `/relay`. */
  readonly base: string
  /** For tests in Node. */
  readonly WebSocket?: WebSocketConstructor
}

export function makeNostrRendezvous(deps: NostrDeps): Rendezvous {
  return new NostrRendezvous(deps)
}

class NostrRendezvous implements Rendezvous {
  readonly #deps: NostrDeps
  readonly #signer: EventSigner
  readonly #topics: TopicSet
  readonly #rests: Rests = new Map()
  readonly #seen = new Set<string>()
  #relays = new Map<string, Relay>()
  /** Relays of others, by URL: what is listened on there is a list of its own. */
  readonly #guests = new Map<string, { readonly relay: Relay; readonly topics: TopicSet }>()
  #on: (event: RendezvousEvent) => void = () => {}

  constructor(deps: NostrDeps) {
    this.#deps = deps
    this.#signer = new EventSigner(deps.random)
    this.#topics = new TopicSet(deps.random, deps.clock)
  }

  start(relays: readonly string[], on: (event: RendezvousEvent) => void): void {
    this.stop()
    this.#on = on
    for (const [url, name] of namesByUrl(relays, this.#deps.base))
      this.#relays.set(name, this.#relay(url, name, this.#topics))
    for (const relay of this.#relays.values()) relay.start()
  }

  #relay(url: string, name: string, topics: TopicSet): Relay {
    const { random, clock, WebSocket = globalThis.WebSocket } = this.#deps
    return new Relay(
      url,
      topics,
      { random, clock, WebSocket, rests: this.#rests },
      {
        state: (state) => this.#on({ type: 'relay', relay: name, state }),
        asked: () => this.#prepare(),
        listening: (confirmed) => this.#listening(name, topics, confirmed),
        event: (event) => this.#arrived(name, topics, event),
        probe: () => this.#probe(name, topics),
      },
    )
  }

  visit(places: ReadonlyMap<string, readonly string[]>): void {
    for (const [url, { relay }] of this.#guests) {
      if (places.has(url)) continue
      relay.stop()
      this.#guests.delete(url)
    }
    for (const [url, wanted] of places) {
      const { relay, topics } = this.#guests.get(url) ?? this.#newGuest(url)
      topics.replace(wanted)
      relay.request()
    }
  }

  #newGuest(url: string): { readonly relay: Relay; readonly topics: TopicSet } {
    const topics = new TopicSet(this.#deps.random, this.#deps.clock)
    const guest = { relay: this.#relay(url, url, topics), topics }
    this.#guests.set(url, guest)
    guest.relay.start()
    return guest
  }

  #all(): readonly Relay[] {
    return [...this.#relays.values(), ...Array.from(this.#guests.values(), ({ relay }) => relay)]
  }

  listen(topics: readonly string[]): void {
    this.#topics.replace(topics)
    for (const relay of this.#relays.values()) relay.request()
  }

  publish(publication: Publication): void {
    const { topics, content, relay: only } = publication
    if (topics.length > MAX_TAGS || content.length > MAX_CONTENT_BYTES) throw new RangeError('publication too large')
    const item = this.#item(publication)
    for (const [name, relay] of this.#relays) if (only === undefined || only === name) relay.publish(item)
    for (const [name, guest] of this.#guests) {
      const isForAll = only === undefined && topics.every((topic) => guest.topics.has(topic))
      if (isForAll || only === name) guest.relay.publish(item)
    }
    this.#prepare()
  }

  /** The next key, while an answer is on its way. */
  #prepare(): void {
    this.#deps.clock.after(0, () => this.#signer.prepare())
  }

  takeBack(topics: readonly string[]): void {
    for (const relay of this.#all()) relay.takeBack(topics)
  }

  nudge(): void {
    for (const relay of this.#all()) relay.nudge()
  }

  stop(): void {
    this.#on = () => {}
    for (const relay of this.#all()) relay.stop()
    this.#relays = new Map()
    this.#guests.clear()
  }

  /** Signs when the first relay takes it; the other relays get the same event. */
  #item({ kind, topics, content }: Publication): Item {
    const signed = new Map<number, { readonly event: NostrEvent; readonly at: number }>()
    const event = (offsetS: number): NostrEvent => {
      const now = this.#deps.clock.now()
      const known = signed.get(offsetS)
      if (known && Math.abs(now - known.at) < SIGNED_FOR_MS) return known.event
      const made = this.#signer.sign(topics, content, Math.floor(now / 1000) + offsetS)
      signed.set(offsetS, { event: made, at: now })
      this.#isCopy(made) // we listen on the topics we publish to: our own events come back
      return made
    }
    return { kind, topics, event, isRetry: false }
  }

  #listening(relay: string, topics: TopicSet, confirmed: readonly string[]): void {
    const wanted = confirmed.filter((topic) => topics.has(topic))
    if (wanted.length > 0) this.#on({ type: 'listening', relay, topics: wanted })
  }

  /** Looks like the smallest batch of hellos, in the order of its topics, so that a relay cannot treat it better than those. */
  #probe(relay: string, { decoy }: TopicSet): void {
    if (decoy === undefined) return
    const { random } = this.#deps
    const topics = [decoy, ...Array.from({ length: PROBE_TAGS - 1 }, () => toHex(random(32)))]
    this.publish({ kind: 'hello', topics: topics.sort(), content: random(PROBE_BYTES), relay })
  }

  #arrived(relay: string, listed: TopicSet, event: NostrEvent): 'news' | 'copy' | 'junk' {
    const topics = event.tags.flatMap(([, topic], index): TopicAt[] => (listed.has(topic) ? [{ topic, index }] : []))
    const content = decode(event.content)
    if (topics.length === 0 || !content) return 'junk'
    const isCopy = this.#isCopy(event)
    this.#on(isCopy ? { type: 'returned', relay, topics } : { type: 'arrived', relay, topics, content })
    return isCopy ? 'copy' : 'news'
  }

  /**
   * Copies are known by what we use of an event, not by its id: ids are not checked here, so a relay could put the id of a
   * real event on junk and be first. It also covers a publication that was signed twice.
   */
  #isCopy({ tags, content }: NostrEvent): boolean {
    const key = toHex(sha256(utf8(JSON.stringify([tags, content]))).slice(0, 16))
    const isCopy = this.#seen.delete(key)
    this.#seen.add(key)
    if (this.#seen.size > MAX_SEEN) this.#seen.delete(this.#seen.values().next().value!)
    return isCopy
  }
}

/** At most 8, each once; an address that is none is left out. */
function namesByUrl(relays: readonly string[], base: string): readonly (readonly [string, string])[] {
  const names = new Map<string, string>()
  for (const relay of relays) {
    try {
      const url = relayUrl(relay, base)
      if (url.startsWith('ws')) names.set(url, relay)
    } catch {
      // not a URL
    }
  }
  return [...names].slice(0, MAX_RELAYS)
}

function decode(content: string): Bytes | undefined {
  try {
    const bytes = fromBase64(content)
    return bytes.length <= MAX_CONTENT_BYTES ? bytes : undefined
  } catch {
    return undefined
  }
}
