/**
 * The topics we listen on, as every relay is told them: mixed with random ones up to a few fixed sizes and shuffled, so that
 * a relay learns neither how many there are nor which came together. One set for all relays: with decoys of its own each,
 * two relays could intersect their lists.
 */
import type { Clock, Random } from '../../chat/ports.ts'
import { Reader, toHex } from '../../protocol/bytes.ts'

/** Sizes of a list, decoys included. */
const SIZES = [8, 16, 32, 64, 128, 200]
/** A REQ of 200 topics is 13 KiB; relays that cap a frame at 16 KiB are common. */
const MAX_CHUNK = 200
/** Topics live for a day; a decoy that stays longer would show itself. */
const DECOY_LIFE_MS = 20 * 3_600_000

/** One subscription's worth of topics. A new version has to be asked for anew. */
export type Chunk = {
  readonly version: number
  readonly topics: ReadonlySet<string>
  /** Topics and decoys, shuffled. */
  readonly values: readonly string[]
}

type Decoy = { readonly topic: string; readonly bornAt: number }
type Slot = { topics: Set<string>; decoys: Decoy[]; chunk: Chunk }

export class TopicSet {
  readonly #random: Random
  readonly #clock: Clock
  #slots: Slot[] = []
  #wanted: ReadonlySet<string> = new Set()
  #versions = 0

  constructor(random: Random, clock: Clock) {
    this.#random = random
    this.#clock = clock
  }

  get chunks(): readonly Chunk[] {
    return this.#slots.map((slot) => slot.chunk)
  }

  has(topic: string): boolean {
    return this.#wanted.has(topic)
  }

  /** One that we are told of and nobody else knows; undefined where the lists have no room for any. */
  get decoy(): string | undefined {
    return this.#slots.flatMap((slot) => slot.decoys)[0]?.topic
  }

  /** Replaces the set. A topic stays in its chunk as long as it lives, so that few chunks change. */
  replace(topics: readonly string[]): void {
    this.#wanted = new Set(topics)
    const before = this.#slots.map((slot) => ({ slot, topics: slot.topics }))
    for (const slot of this.#slots) slot.topics = new Set([...slot.topics].filter((t) => this.#wanted.has(t)))
    const placed = new Set(this.#slots.flatMap((slot) => [...slot.topics]))
    for (const topic of this.#wanted) if (!placed.has(topic)) this.#slotWithRoom().topics.add(topic)
    this.#slots = this.#slots.filter((slot) => slot.topics.size > 0)
    const unchanged = new Set(before.filter((b) => sameSet(b.topics, b.slot.topics)).map((b) => b.slot))
    for (const slot of this.#slots) if (!unchanged.has(slot)) this.#renew(slot)
  }

  #slotWithRoom(): Slot {
    let slot = this.#slots.find((s) => s.topics.size < MAX_CHUNK)
    if (!slot) {
      slot = { topics: new Set(), decoys: [], chunk: { version: 0, topics: new Set(), values: [] } }
      this.#slots.push(slot)
    }
    return slot
  }

  #renew(slot: Slot): void {
    const now = this.#clock.now()
    const size = SIZES.find((s) => s >= slot.topics.size) ?? MAX_CHUNK
    // Kept over changes: what vanishes from one list to the next would be known as a decoy, and the rest as topics.
    const kept = slot.decoys.filter((d) => Math.abs(now - d.bornAt) < DECOY_LIFE_MS)
    const missing = Math.max(0, size - slot.topics.size - kept.length)
    const fresh = Array.from({ length: missing }, () => ({ topic: toHex(this.#random(32)), bornAt: now }))
    slot.decoys = [...kept, ...fresh].slice(0, size - slot.topics.size)
    const values = shuffled([...slot.topics, ...slot.decoys.map((d) => d.topic)], this.#random)
    slot.chunk = { version: ++this.#versions, topics: slot.topics, values }
  }
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((x) => b.has(x))
}

/** Fisher–Yates. The bias of the modulo is below 2^-24 for lists this short. */
function shuffled(list: string[], random: Random): readonly string[] {
  const numbers = new Reader(random(4 * list.length))
  for (let i = list.length - 1; i > 0; i--) {
    const j = numbers.u32() % (i + 1)
    ;[list[i], list[j]] = [list[j]!, list[i]!]
  }
  return list
}
