/**
 * A Nostr relay in the simulated world, and the sockets to it: the page's real rendezvous runs against this one. It can go
 * down and come back, and counts whatever is asked of it.
 */
import type { NostrEvent } from '../../src/net/schema.ts'
import { makeNostrRendezvous } from '../../src/net/rendezvous/nostr.ts'
import type { WebSocketConstructor } from '../../src/net/rendezvous/socket.ts'
import type { Clock, Rendezvous } from '../../src/chat/ports.ts'
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
  #isUp = true

  constructor(world: World) {
    this.world = world
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

  comeBack(): void {
    this.#isUp = true
  }

  connect(socket: SimSocket): void {
    this.tried.push(this.world.now)
    this.world.after(LATENCY, () => {
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
        if (event.tags.some(([, topic]) => topics.has(topic))) socket.say(['EVENT', id, event])
  }

  /** What a page uses in place of the simulation's own relay. */
  rendezvousFor(clock: Clock, alive: () => boolean): Rendezvous {
    const { world } = this
    const connect = (): SimSocket => new SimSocket(this, alive)
    // A constructor that returns an object makes that object.
    const WebSocket = function () {
      return connect()
    } as unknown as WebSocketConstructor
    return makeNostrRendezvous({ random: world.random, clock, base: 'http://r/', WebSocket })
  }
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
    this.#server.world.after(LATENCY, () => this.readyState === 1 && this.#alive() && this.onmessage?.({ data }))
  }

  send(text: string): void {
    this.#server.world.after(LATENCY, () => this.#server.heard(this, text))
  }

  close(): void {
    this.readyState = 3
    this.#server.sockets.delete(this)
  }
}
