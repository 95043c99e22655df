/**
 * The embedded relay: NIP-01 for ephemeral events only. It passes on and keeps nothing; it writes no log. Made for
 * `npm start`, a family or a team; for more, run any existing relay and name it in `config.json`.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { RawData, WebSocket } from 'ws'
import { SubscriptionIndex } from './relay-index.ts'
import type { Subscription } from './relay-index.ts'
import { isAuthentic, parseClientMessage } from './relay-messages.ts'
import type { RelayEvent } from './relay-messages.ts'

const MAX_FRAME_BYTES = 64 * 1024
const MAX_SUBSCRIPTIONS = 16
/** A verification costs about 1 ms: one socket can keep 0.4 % of a core busy. */
const EVENTS_PER_MINUTE = 240
const MESSAGES_PER_MINUTE = 1_200
/** A reader slower than this is cut off rather than buffered for. */
const MAX_BACKLOG_BYTES = 1024 * 1024
/** Clients publish to several relays and may repeat; longer than any copy is on its way. */
const REMEMBER_MS = 300_000
const MAX_REMEMBERED = 100_000
const PING_MS = 30_000
const EPHEMERAL = { from: 20_000, below: 30_000 }

export type RelayStats = {
  readonly sockets: number
  readonly subscriptions: number
  /** Events accepted, and copies handed to subscribers, since the start. */
  readonly accepted: number
  readonly delivered: number
}

export type AttachedRelay = { close(): void; stats(): RelayStats }

/** Serves `path` of this HTTP server. Upgrades to other paths are left to whoever else listens. */
export function attachRelay(httpServer: Server, path = '/relay'): AttachedRelay {
  const relay = new EmbeddedRelay()
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.url?.split('?')[0] === path) relay.upgrade(request, socket, head)
  }
  const close = (): void => {
    httpServer.off('upgrade', onUpgrade)
    relay.close()
  }
  httpServer.on('upgrade', onUpgrade)
  httpServer.once('close', close)
  return { close, stats: () => relay.stats() }
}

class EmbeddedRelay {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false })
  readonly #clients = new Set<Client>()
  readonly #index = new SubscriptionIndex<Client>()
  /** Ids of accepted events, oldest first, with the time. */
  readonly #recent = new Map<string, number>()
  readonly #pinger: ReturnType<typeof setInterval>
  #accepted = 0
  #delivered = 0

  constructor() {
    this.#pinger = setInterval(() => this.#ping(), PING_MS)
    this.#pinger.unref()
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket))
  }

  stats(): RelayStats {
    const { size: subscriptions } = this.#index
    return { sockets: this.#clients.size, subscriptions, accepted: this.#accepted, delivered: this.#delivered }
  }

  close(): void {
    clearInterval(this.#pinger)
    for (const client of this.#clients) client.socket.terminate()
    this.#server.close()
  }

  #welcome(socket: WebSocket): void {
    const client = new Client(socket)
    this.#clients.add(client)
    socket.on('message', (data, isBinary) => this.#received(client, data, isBinary))
    socket.on('pong', () => (client.isAlive = true))
    socket.on('error', () => {}) // a frame too large, a broken line: `close` follows
    socket.on('close', () => {
      this.#clients.delete(client)
      for (const subscription of client.subscriptions.values()) this.#index.remove(subscription)
    })
  }

  #received(client: Client, data: RawData, isBinary: boolean): void {
    if (!client.messages.take()) return client.socket.close(1008, 'too many messages')
    if (isBinary) return client.send(['NOTICE', 'invalid: text frames only'])
    const message = parseClientMessage((data as Buffer).toString())
    if (message.type === 'event') this.#publish(client, message.event)
    else if (message.type === 'req') this.#subscribe({ owner: client, id: message.id, filters: message.filters })
    else if (message.type === 'req-refused') this.#refuse(client, message.id, message.reason)
    else if (message.type === 'close') this.#unsubscribe(client, message.id)
    else client.send(['NOTICE', message.reason])
  }

  #publish(client: Client, event: RelayEvent): void {
    const reason = this.#reasonAgainst(client, event)
    client.send(['OK', event.id, reason === '' || reason.startsWith('duplicate:'), reason])
    if (reason !== '') return
    this.#remember(event.id)
    this.#accepted++
    const json = JSON.stringify(event)
    for (const { owner, id } of this.#index.matching(event)) {
      this.#delivered++
      owner.sendText(`["EVENT",${JSON.stringify(id)},${json}]`)
    }
  }

  /** Empty: none. The cheap checks come first. */
  #reasonAgainst(client: Client, event: RelayEvent): string {
    if (event.kind < EPHEMERAL.from || event.kind >= EPHEMERAL.below)
      return 'blocked: ephemeral events only (kinds 20000 to 29999)'
    if (!client.events.take()) return `rate-limited: at most ${EVENTS_PER_MINUTE} events a minute`
    if (this.#recent.has(event.id)) return 'duplicate: already have it'
    return isAuthentic(event) ? '' : 'invalid: wrong id or signature'
  }

  #remember(id: string): void {
    const now = Date.now()
    this.#recent.set(id, now)
    for (const [old, at] of this.#recent) {
      if (now - at < REMEMBER_MS && this.#recent.size <= MAX_REMEMBERED) break
      this.#recent.delete(old)
    }
  }

  #subscribe(subscription: Subscription<Client>): void {
    const { owner: client, id } = subscription
    this.#unsubscribe(client, id)
    if (client.subscriptions.size >= MAX_SUBSCRIPTIONS) {
      return client.send(['CLOSED', id, `error: at most ${MAX_SUBSCRIPTIONS} subscriptions`])
    }
    client.subscriptions.set(id, subscription)
    this.#index.add(subscription)
    client.send(['EOSE', id])
  }

  #refuse(client: Client, id: string, reason: string): void {
    this.#unsubscribe(client, id)
    client.send(['CLOSED', id, reason])
  }

  #unsubscribe(client: Client, id: string): void {
    const subscription = client.subscriptions.get(id)
    if (!subscription) return
    client.subscriptions.delete(id)
    this.#index.remove(subscription)
  }

  #ping(): void {
    for (const client of this.#clients) {
      if (!client.isAlive) client.socket.terminate()
      client.isAlive = false
      client.socket.ping()
    }
  }
}

class Client {
  readonly socket: WebSocket
  readonly subscriptions = new Map<string, Subscription<Client>>()
  readonly events = new Allowance(EVENTS_PER_MINUTE)
  readonly messages = new Allowance(MESSAGES_PER_MINUTE)
  isAlive = true

  constructor(socket: WebSocket) {
    this.socket = socket
  }

  send(message: readonly unknown[]): void {
    this.sendText(JSON.stringify(message))
  }

  sendText(text: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    if (this.socket.bufferedAmount > MAX_BACKLOG_BYTES) this.socket.terminate()
    else this.socket.send(text)
  }
}

/** So many a minute, counted in whole minutes from the first. */
class Allowance {
  readonly #perMinute: number
  #since = 0
  #used = 0

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  take(): boolean {
    const now = performance.now()
    if (this.#used === 0 || now - this.#since >= 60_000) {
      this.#since = now
      this.#used = 0
    }
    return ++this.#used <= this.#perMinute
  }
}
