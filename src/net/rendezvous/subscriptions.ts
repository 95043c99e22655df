/** What one relay has confirmed that it listens on for us. Pure: says which requests to send, never sends. */
import { EVENT_KIND } from '../schema.ts'
import type { Chunk, TopicSet } from './topics.ts'

/** Relays that keep ephemeral events for some minutes hand them to a late request; more than this is nobody's backlog. */
const BACKLOG_EVENTS = 50

type Live = { readonly id: string; readonly chunk: Chunk }

export class Subscriptions {
  readonly #topics: TopicSet
  #live: Live[] = []
  /** One request at a time: a relay counts them, and a burst of changes becomes two requests. */
  #pending: Live | undefined
  #count = 0

  constructor(topics: TopicSet) {
    this.#topics = topics
  }

  get isPending(): boolean {
    return this.#pending !== undefined
  }

  /** The connection is new: nothing is confirmed. */
  reset(): void {
    this.#live = []
    this.#pending = undefined
  }

  /** Frames to send now so that the relay comes closer to the wanted set; empty if it is there, or while it owes an answer. */
  next(): readonly string[] {
    const frames = this.#retire().map((live) => JSON.stringify(['CLOSE', live.id]))
    const missing = this.#topics.chunks.find((chunk) => !this.#live.some((l) => l.chunk.version === chunk.version))
    if (this.#pending || !missing) return frames
    this.#pending = { id: this.newId(), chunk: missing }
    return [...frames, request(this.#pending.id, missing.values, BACKLOG_EVENTS)]
  }

  /** The topics confirmed by this EOSE that were not confirmed before. */
  confirmed(id: string): readonly string[] {
    const pending = this.#pending
    if (pending?.id !== id) return []
    const known = new Set(this.#live.flatMap((live) => [...live.chunk.topics]))
    this.#live.push(pending)
    this.#pending = undefined
    return [...pending.chunk.topics].filter((topic) => !known.has(topic))
  }

  /** True if this id is one of ours, confirmed or asked for. */
  owns(id: string): boolean {
    return this.#pending?.id === id || this.#live.some((live) => live.id === id)
  }

  /** True if the relay has confirmed that it listens on one of these for us, decoy or not. */
  hears(topics: readonly string[]): boolean {
    return this.#live.some(({ chunk }) => topics.some((topic) => chunk.values.includes(topic)))
  }

  /** A fresh subscription id, unique on this connection. */
  newId(): string {
    return `s${++this.#count}`
  }

  /** An old list goes only when newer ones cover it: no event falls between them. */
  #retire(): readonly Live[] {
    const versions = new Set(this.#topics.chunks.map((chunk) => chunk.version))
    const isFresh = (live: Live): boolean => versions.has(live.chunk.version)
    const covered = new Set(this.#live.filter(isFresh).flatMap((live) => [...live.chunk.topics]))
    const isNeeded = (topic: string): boolean => this.#topics.has(topic) && !covered.has(topic)
    const retired = this.#live.filter((live) => !isFresh(live) && ![...live.chunk.topics].some(isNeeded))
    this.#live = this.#live.filter((live) => !retired.includes(live))
    return retired
  }
}

/** NIP-01 REQ for events with any of these topics. No `since`: clocks differ. */
export function request(id: string, topics: readonly string[], limit: number): string {
  return JSON.stringify(['REQ', id, { kinds: [EVENT_KIND], '#p': topics, limit }])
}
