/**
 * A Nostr relay in the simulated world, and the sockets to it: the page's real rendezvous runs against this one. It can go
 * down and come back, and counts whatever is asked of it.
 */
import type { NostrEvent } from '../../src/net/schema.ts'
import { makeNostrRendezvous } from '../../src/net/rendezvous/nostr.ts'
import type { WebSocketConstructor } from '../../src/net/rendezvous/socket.ts'
import type { Clock, Random, Rendezvous } from '../../src/chat/ports.ts'
import type { World } from './world.ts'

/** One way, in ms. */
const LATENCY = 4

type Filter = { readonly '#p': readonly string[] }
type Said = readonly ['EVENT', NostrEvent] | readonly ['REQ', string, Filter] | readonly ['CLOSE', string]

export class RelayServer {
  readonly world: World
  readonly sockets = new Set<SimSocket>()
  /** When somebody tried to connect, and when somebody published, sim ms. */
  readonly tried: number[] = []
  readonly published: number[] = []
  readonly #counts = new Map<SimSocket, number>()
  /** Copies handed to subscribers. */
  delivered = 0
  /** How long a message takes one way, ms. */
  readonly #takes: () => number
  #isUp = true

  constructor(world: World, takes: () => number = () => LATENCY) {
    this.world = world
    this.#takes = takes
  }

  /** Runs this when a message that sets out now has arrived. Nothing overtakes on a line: `last` is the moment of the one before. */
  arrive(last: number, run: () => void): number {
    const at = Math.max(last, this.world.now + this.#takes())
    this.world.after(at - this.world.now, run)
    return at
  }

  /** Every connection breaks, and new ones are refused. */
  goDown(): void {
    this.#isUp = false
    for (const socket of [...this.sockets]) socket.closed()
  }

  /** Events from each connection that there was. */
  perSocket(): readonly number[] {
    return [...this.#counts.values()]
  }

  /** Counts anew from here. */
  forget(): void {
    this.tried.length = this.published.length = this.delivered = 0
    this.#counts.clear()
  }

  comeBack(): void {
    this.#isUp = true
  }

  connect(socket: SimSocket): void {
    this.tried.push(this.world.now)
    this.arrive(0, () => {
      if (!this.#isUp) return socket.closed()
      this.sockets.add(socket)
      socket.opened()
    })
  }

  heard(socket: SimSocket, text: string): void {
    if (!this.sockets.has(socket)) return
    const said = JSON.parse(text) as Said
    if (said[0] === 'CLOSE') socket.wants.delete(said[1])
    else if (said[0] === 'REQ') {
      socket.wants.set(said[1], new Set(said[2]['#p']))
      socket.say(['EOSE', said[1]])
    } else this.#publish(socket, said[1])
  }

  #publish(from: SimSocket, event: NostrEvent): void {
    this.published.push(this.world.now)
    this.#counts.set(from, (this.#counts.get(from) ?? 0) + 1)
    from.say(['OK', event.id, true, ''])
    for (const socket of this.sockets)
      for (const [id, topics] of socket.wants)
        if (event.tags.some(([, topic]) => topics.has(topic))) {
          this.delivered++
          socket.say(['EVENT', id, event])
        }
  }

  /** What a page uses in place of the simulation's own relay. */
  rendezvousFor(clock: Clock, alive: () => boolean): Rendezvous {
    return rendezvousAt(() => this, { random: this.world.random, clock, alive })
  }
}

/** A page's rendezvous, whose relays are these. */
export function rendezvousAt(
  at: (url: string) => RelayServer,
  { random, clock, alive }: { readonly random: Random; readonly clock: Clock; readonly alive: () => boolean },
): Rendezvous {
  const connect = (url: string): SimSocket => new SimSocket(at(url), alive)
  // A constructor that returns an object makes that object.
  const WebSocket = function (url: string) {
    return connect(url)
  } as unknown as WebSocketConstructor
  return makeNostrRendezvous({ random, clock, base: 'http://r/', WebSocket })
}

/** A WebSocket as far as the page uses it. */
export class SimSocket {
  readyState = 0
  binaryType = ''
  onopen: () => void = () => undefined
  onclose: (() => void) | null = null
  onerror: () => void = () => undefined
  onmessage: ((event: { data: string }) => void) | null = null
  readonly wants = new Map<string, ReadonlySet<string>>()
  readonly #server: RelayServer
  readonly #alive: () => boolean
  #saidAt = 0
  #sentAt = 0

  constructor(server: RelayServer, alive: () => boolean) {
    this.#server = server
    this.#alive = alive
    server.connect(this)
  }

  opened(): void {
    this.readyState = 1
    if (this.#alive()) this.onopen()
  }

  closed(): void {
    this.readyState = 3
    this.#server.sockets.delete(this)
    if (this.#alive()) this.onclose?.()
  }

  say(message: readonly unknown[]): void {
    const data = JSON.stringify(message)
    const hears = (): unknown => this.readyState === 1 && this.#alive() && this.onmessage?.({ data })
    this.#saidAt = this.#server.arrive(this.#saidAt, hears)
  }

  send(text: string): void {
    this.#sentAt = this.#server.arrive(this.#sentAt, () => this.#server.heard(this, text))
  }

  close(): void {
    this.readyState = 3
    this.#server.sockets.delete(this)
  }
}
