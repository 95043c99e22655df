/** What the tests of this room share: a clock moved by hand, relays that keep the rules and relays that do not. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { expect } from 'playwright/test'
import type { Clock, Publication, Random, RendezvousEvent } from '../../src/chat/ports.ts'
import { attachRelay } from '../../src/host/relay.ts'
import type { AttachedRelay } from '../../src/host/relay.ts'
import { makeNostrRendezvous } from '../../src/net/rendezvous/nostr.ts'
import type { WebSocketConstructor } from '../../src/net/rendezvous/socket.ts'

export const random: Random = (length) => crypto.getRandomValues(new Uint8Array(length))

export const topic = (): string => Buffer.from(random(32)).toString('hex')

/** Time passes only in `advance`. */
export class ManualClock implements Clock {
  #now = Date.now()
  #timers: { readonly at: number; readonly run: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((t) => t !== timer)
    }
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter((t) => t !== next)
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = end
  }
}

export type Listening = { readonly url: string; readonly port: number; close(): Promise<void> }

/** Listens on a free port of this machine, or on the given one. */
export async function listen(server: Server, port = 0): Promise<Listening> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const bound = (server.address() as AddressInfo).port
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${bound}`, port: bound, close }
}

/** The embedded relay as it is. */
export async function startRelay(port = 0): Promise<Listening & { readonly relay: AttachedRelay }> {
  const server = createServer((_, response) => response.end())
  const relay = attachRelay(server)
  const listening = await listen(server, port)
  const close = async (): Promise<void> => {
    relay.close()
    await listening.close()
  }
  return { ...listening, url: `ws://127.0.0.1:${listening.port}/relay`, close, relay }
}

export type Received = { readonly socket: WebSocket; readonly message: readonly unknown[] }

/** A relay that does what `answer` says with each message, and remembers what it got. */
export async function startOddRelay(
  answer: (received: Received) => void,
  welcome: (socket: WebSocket) => void = () => {},
): Promise<Listening & { readonly sockets: WebSocket[]; readonly messages: (readonly unknown[])[] }> {
  const server = createServer()
  const sockets: WebSocket[] = []
  const messages: (readonly unknown[])[] = []
  const webSockets = new WebSocketServer({ server })
  webSockets.on('connection', (socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as readonly unknown[]
      messages.push(message)
      answer({ socket, message })
    })
    welcome(socket)
  })
  const listening = await listen(server)
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.terminate()
    await listening.close()
  }
  return { ...listening, url: listening.url.replace('http', 'ws'), close, sockets, messages }
}

/** Confirms every request and accepts every event, as a relay should. */
export function obey({ socket, message }: Received): void {
  if (message[0] === 'REQ') say(socket, 'EOSE', message[1])
  if (message[0] === 'EVENT') say(socket, 'OK', (message[1] as { id: string }).id, true, '')
}

export function say(socket: WebSocket, ...message: readonly unknown[]): void {
  socket.send(JSON.stringify(message))
}

/** One page's adapter, with everything it said. */
export class Page {
  readonly events: RendezvousEvent[] = []
  readonly clock = new ManualClock()
  readonly rendezvous

  constructor(source = random) {
    this.rendezvous = makeNostrRendezvous({
      random: source,
      clock: this.clock,
      base: 'http://127.0.0.1/',
      WebSocket: WebSocket as unknown as WebSocketConstructor,
    })
  }

  start(...relays: readonly string[]): this {
    this.rendezvous.start(relays, (event) => this.events.push(event))
    return this
  }

  async listen(...topics: readonly string[]): Promise<this> {
    this.rendezvous.listen(topics)
    await expect.poll(() => this.heard().includes(topics.at(-1)!)).toBe(true)
    return this
  }

  /** Topics confirmed so far, in order, as often as they were. */
  heard(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'listening' ? event.topics : []))
  }

  arrived(): readonly Extract<RendezvousEvent, { type: 'arrived' }>[] {
    return this.events.filter((event) => event.type === 'arrived')
  }

  /** States of one relay, or of the only one. */
  states(relay?: string): readonly string[] {
    return this.events.flatMap((e) => (e.type === 'relay' && (relay ?? e.relay) === e.relay ? [e.state] : []))
  }

  async reaches(state: string, relay?: string): Promise<void> {
    await expect.poll(() => this.states(relay).at(-1)).toBe(state)
  }

  publish(topics: readonly string[], fields: Partial<Publication> = {}): Uint8Array {
    const content = fields.content ?? random(200)
    this.rendezvous.publish({ kind: 'handshake', ...fields, topics, content })
    return content
  }
}
