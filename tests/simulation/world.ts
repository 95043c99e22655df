/**
 * A hostile little world with its own clock: relays that lose, repeat and delay; channels that break, and a wire that drops,
 * repeats, swaps and corrupts; pages that die between any two things they do. Everything follows from one seed.
 */
import { concat } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { sha256 } from '../../src/protocol/primitives.ts'
import type { Random, Rendezvous, RendezvousEvent } from '../../src/chat/ports.ts'
import { quickly } from '../run/quick-x25519.ts'
import type { Endpoint } from './endpoint.ts'

export type Trouble = {
  /** Chances, 0–1. */
  readonly relayDrop: number
  readonly relayRepeat: number
  readonly relayCorrupt: number
  /** The box arrives cut short. */
  readonly relayTear: number
  readonly openFails: number
  readonly frameDrop: number
  readonly frameRepeat: number
  readonly frameSwap: number
  readonly frameCorrupt: number
  /** Chance per frame that the channel is cut here; that it is cut in the middle of this frame. */
  readonly cut: number
  readonly tear: number
}

export const CALM: Trouble = {
  relayDrop: 0,
  relayRepeat: 0,
  relayCorrupt: 0,
  relayTear: 0,
  openFails: 0,
  frameDrop: 0,
  frameRepeat: 0,
  frameSwap: 0,
  frameCorrupt: 0,
  cut: 0,
  tear: 0,
}
export const STORMY: Trouble = {
  relayDrop: 0.1,
  relayRepeat: 0.1,
  relayCorrupt: 0.05,
  relayTear: 0.05,
  openFails: 0.1,
  frameDrop: 0.01,
  frameRepeat: 0.01,
  frameSwap: 0.01,
  frameCorrupt: 0.01,
  cut: 0.01,
  tear: 0.005,
}

type Task = { readonly at: number; readonly order: number; readonly run: () => void }

export class World {
  now = 1_790_000_000_000
  trouble: Trouble
  readonly #seed: Bytes
  #counter = 0
  #order = 0
  #tasks: Task[] = []
  #chances: Bytes = new Uint8Array(0)
  readonly subscribers = new Map<object, { topics: Set<string>; on: (event: RendezvousEvent) => void }>()
  readonly endpoints = new Map<string, Endpoint>()

  constructor(seed: number, trouble: Trouble) {
    this.#seed = sha256(new TextEncoder().encode(`world ${seed}`))
    this.trouble = trouble
  }

  readonly random: Random = (length) => {
    let out: Bytes = new Uint8Array(0)
    while (out.length < length) {
      const counter = new Uint8Array(4)
      new DataView(counter.buffer).setUint32(0, this.#counter++)
      out = concat(out, sha256(this.#seed, counter))
    }
    return out.slice(0, length)
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  fraction(): number {
    if (this.#chances.length < 3) this.#chances = this.random(96)
    const [a = 0, b = 0, c = 0] = this.#chances
    this.#chances = this.#chances.subarray(3)
    return (a * 65536 + b * 256 + c) / 16_777_216
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.fraction() * items.length)]!
  }

  after(ms: number, run: () => void): () => void {
    const task = { at: this.now + ms, order: this.#order++, run }
    this.#tasks.push(task)
    return () => {
      const at = this.#tasks.indexOf(task)
      if (at >= 0) this.#tasks.splice(at, 1)
    }
  }

  /** Runs until `done` holds or this much time has passed; returns whether `done` held. */
  run(ms: number, done: () => boolean = () => false): Promise<boolean> {
    return quickly(() => this.#run(ms, done))
  }

  async #run(ms: number, done: () => boolean): Promise<boolean> {
    const end = this.now + ms
    for (;;) {
      await settleMicrotasks()
      if (done()) return true
      const next = this.#tasks.reduce<Task | undefined>(
        (a, b) => (!a || b.at < a.at || (b.at === a.at && b.order < a.order) ? b : a),
        undefined,
      )
      if (!next || next.at > end) {
        this.now = end
        return done()
      }
      this.#tasks.splice(this.#tasks.indexOf(next), 1)
      this.now = Math.max(this.now, next.at)
      next.run()
    }
  }

  /** How long a line takes to open, ms at least. */
  opensAfter = 5

  /** Everything that was ever published, as a relay would log it. */
  readonly log: { readonly at: number; readonly topics: readonly string[]; readonly content: Bytes }[] = []

  publish(topics: readonly string[], content: Bytes): void {
    this.log.push({ at: this.now, topics, content })
    for (const { topics: wanted, on } of [...this.subscribers.values()]) {
      const at = topics.map((topic, index) => ({ topic, index })).filter((t) => wanted.has(t.topic))
      if (at.length === 0 || this.chance(this.trouble.relayDrop)) continue
      const copies = this.chance(this.trouble.relayRepeat) ? 2 : 1
      for (let i = 0; i < copies; i++) {
        const box = this.#handled(content)
        this.after(2 + this.fraction() * 40 * (i * 50 + 1), () =>
          on({ type: 'arrived', relay: 'ws://r', topics: at, content: box }),
        )
      }
    }
  }

  /** A copy of the box, as a bad relay hands it on. */
  #handled(content: Bytes): Bytes {
    const box = content.slice()
    if (this.chance(this.trouble.relayCorrupt)) box[Math.floor(this.fraction() * box.length)]! ^= 1
    return this.chance(this.trouble.relayTear) ? box.slice(0, Math.floor(this.fraction() * box.length)) : box
  }
}

/** Lets every promise that can go on do so. */
function settleMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A relay seen from one page. `alive` is asked before anything reaches it. */
export function makeRendezvous(world: World, alive: () => boolean): Rendezvous {
  const me = {}
  let on: (event: RendezvousEvent) => void = () => undefined
  const tell = (event: RendezvousEvent): void => {
    if (alive()) on(event)
  }
  return {
    start(relays, listener) {
      on = listener
      for (const relay of relays) world.after(1, () => tell({ type: 'relay', relay, state: 'open' }))
    },
    listen(topics) {
      const known = world.subscribers.get(me)?.topics ?? new Set<string>()
      const fresh = topics.filter((t) => !known.has(t))
      world.subscribers.set(me, { topics: new Set(topics), on: tell })
      world.after(3, () => tell({ type: 'listening', relay: 'ws://r', topics: fresh }))
    },
    visit: () => undefined,
    publish: ({ topics, content }) => world.publish(topics, content),
    takeBack: () => undefined,
    nudge: () => undefined,
    stop: () => void world.subscribers.delete(me),
  }
}
