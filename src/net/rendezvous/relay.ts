/** The conversation with one relay in NIP-01: requests, their confirmation, publishing, and its complaints. */
import type { RelayState } from '../../chat/ports.ts'
import { toHex } from '../../protocol/bytes.ts'
import { parseRelayMessage } from '../schema.ts'
import type { NostrEvent } from '../schema.ts'
import { Health } from './health.ts'
import type { HealthOwner } from './health.ts'
import { isHandshakeOn, Outbox } from './outbox.ts'
import type { Item } from './outbox.ts'
import { Socket } from './socket.ts'
import type { SocketDeps, SocketOwner } from './socket.ts'
import { Subscriptions, request } from './subscriptions.ts'
import type { TopicSet } from './topics.ts'

/** Any relay answers a request within a few seconds; one that does not is no use. */
const CONFIRM_MS = 20_000
/** It wants an account, work or money: it will not change its mind today. */
const REFUSED_MS = 24 * 3_600_000
const REFUSAL = /^(auth-required|pow|blocked|restricted)\b/
const TOO_FAST = /^rate-limited\b/
const ABOUT_TIME = /^invalid\b.*(created_at|creat|time|date|old|late|early|future|expired)/i
/** strfry refuses events older than 60 s but takes them from 900 s ahead: enough for a clock that is slow. */
const TIME_OFFSET_S = 300
/** After a request was turned down for its rate. */
const REQUEST_PAUSE_MS = 90_000
/** Answers we wait for; older ones are forgotten. */
const MAX_UNANSWERED = 64

export interface RelayOwner {
  state(state: RelayState): void
  /** It was asked for something, and the answer takes its time. */
  asked(): void
  listening(topics: readonly string[]): void
  /** News, what has come before, or junk. */
  event(event: NostrEvent): 'news' | 'copy' | 'junk'
  /** Publish something here, on a topic that we listen on, of which nothing depends. */
  probe(): void
}

export class Relay implements SocketOwner, HealthOwner {
  readonly #deps: SocketDeps
  readonly #owner: RelayOwner
  readonly #socket: Socket
  readonly #subscriptions: Subscriptions
  readonly #outbox: Outbox
  readonly #health: Health
  /** Published and not yet answered, by event id. */
  readonly #unanswered = new Map<string, Item>()
  #offsetS = 0
  #pingId: string | undefined
  #isPaused = false
  /** Whether it was called open: it has answered a request, and is not resting from them. */
  #hasAnswered = false
  #cancelConfirm = (): void => {}
  #cancelPause = (): void => {}

  constructor(url: string, topics: TopicSet, deps: SocketDeps, owner: RelayOwner) {
    this.#deps = deps
    this.#owner = owner
    this.#subscriptions = new Subscriptions(topics)
    this.#outbox = new Outbox(deps.clock, (item) => this.#send(item))
    this.#health = new Health(deps.clock, this)
    this.#socket = new Socket(url, deps, this)
  }

  start(): void {
    this.#socket.start()
  }

  stop(): void {
    this.#ended()
    this.#outbox.clear()
    this.#socket.stop()
  }

  nudge(): void {
    this.#socket.nudge()
  }

  publish(item: Item): void {
    this.#outbox.add(item)
  }

  /** Neither what waits nor what was refused for its time leaves any more. */
  takeBack(topics: readonly string[]): void {
    this.#outbox.takeBack(topics)
    for (const [id, item] of this.#unanswered) if (isHandshakeOn(item, topics)) this.#unanswered.delete(id)
  }

  /** The set of topics changed: asks for what is missing. */
  request(): void {
    if (this.#isPaused || !this.#socket.isOpen) return
    const wasPending = this.#subscriptions.isPending
    for (const frame of this.#subscriptions.next()) this.#socket.send(frame)
    if (wasPending || !this.#subscriptions.isPending) return
    this.#cancelConfirm = this.#deps.clock.after(CONFIRM_MS, () => this.#socket.drop())
  }

  /** A socket that is open has promised nothing yet: it is told as such with the first answer. Publishing need not wait for that. */
  state(state: RelayState): void {
    this.#ended()
    if (state !== 'open') {
      this.#owner.state(state)
      return this.#outbox.closed()
    }
    this.#ask()
    this.#outbox.opened()
  }

  message(text: string): boolean {
    const message = parseRelayMessage(text)
    if (!message) return false
    switch (message[0]) {
      case 'EVENT':
        return this.#event(message[1], message[2])
      case 'EOSE':
        return this.#confirmed(message[1])
      case 'OK':
        return this.#answered(message[1], message[2], message[3])
      case 'CLOSED':
        return this.#closed(message[1], message[2])
      case 'NOTICE':
        this.#complaint(message[1])
        return true
      case 'AUTH':
        return true // an offer; who insists refuses something
    }
  }

  /** A request for a random topic: every relay must answer it with EOSE (or CLOSED), and it tells nothing. */
  silent(): void {
    if (this.#pingId !== undefined) return
    this.#pingId = this.#subscriptions.newId()
    this.#socket.send(request(this.#pingId, [toHex(this.#deps.random(32))], 1))
  }

  /** Where there is nothing to listen on, it still has to show that it serves us. */
  #ask(): void {
    this.request()
    if (!this.#subscriptions.isPending) this.silent()
    this.#owner.asked()
  }

  #answers(): void {
    if (this.#hasAnswered || this.#isPaused) return
    this.#hasAnswered = true
    this.healthChanged()
  }

  healthChanged(): void {
    if (this.#hasAnswered) this.#owner.state(this.#health.isMute ? 'mute' : 'open')
  }

  probe(): void {
    this.#owner.probe()
  }

  #send(item: Item): void {
    const event = item.event(this.#offsetS)
    this.#unanswered.set(event.id, item)
    if (this.#unanswered.size > MAX_UNANSWERED) this.#unanswered.delete(this.#unanswered.keys().next().value!)
    this.#socket.send(JSON.stringify(['EVENT', event]))
    if (this.#subscriptions.hears(item.topics)) this.#health.sent(event.id)
  }

  #event(id: string, event: NostrEvent): boolean {
    if (!this.#subscriptions.owns(id)) return false
    this.#health.isBack(event.id)
    const worth = this.#owner.event(event)
    if (worth === 'news') this.#health.delivers()
    return worth !== 'junk'
  }

  #confirmed(id: string): boolean {
    if (id === this.#pingId) return this.#closePing()
    if (!this.#subscriptions.owns(id)) return false
    const topics = this.#subscriptions.confirmed(id)
    if (!this.#subscriptions.isPending) this.#cancelConfirm()
    this.request()
    this.#answers()
    if (topics.length > 0) this.#owner.listening(topics)
    return true
  }

  #closePing(): boolean {
    this.#socket.send(JSON.stringify(['CLOSE', this.#pingId]))
    this.#pingId = undefined
    this.#answers()
    return true
  }

  /** OK. An acceptance proves no delivery; a refusal may be mended. */
  #answered(id: string, accepted: boolean, reason: string): boolean {
    const item = this.#unanswered.get(id)
    if (!item) return false
    this.#unanswered.delete(id)
    if (accepted) return true
    this.#health.excuse(id)
    if (!this.#complaint(reason) && ABOUT_TIME.test(reason) && this.#retryLater(item)) return true
    this.#health.refused()
    return true
  }

  /** False: that was the last try. */
  #retryLater(item: Item): boolean {
    this.#offsetS = item.isRetry ? 0 : TIME_OFFSET_S
    if (!item.isRetry) this.#outbox.add({ ...item, event: (offset) => item.event(offset), isRetry: true })
    return !item.isRetry
  }

  /** CLOSED: the relay ended a subscription. */
  #closed(id: string, reason: string): boolean {
    if (id === this.#pingId) {
      this.#pingId = undefined
      this.#complaint(reason)
      return true
    }
    if (!this.#subscriptions.owns(id)) return false
    if (TOO_FAST.test(reason)) this.#pause()
    else if (!this.#complaint(reason)) this.#socket.drop()
    return true
  }

  /** Without what it closed the subscriptions are wrong: start over, later. */
  #pause(): void {
    this.#outbox.slowDown()
    this.#subscriptions.reset()
    this.#cancelConfirm()
    this.#isPaused = true
    if (this.#hasAnswered) this.#owner.state('connecting')
    this.#hasAnswered = false
    this.#cancelPause = this.#deps.clock.after(REQUEST_PAUSE_MS, () => {
      this.#isPaused = false
      this.#ask()
    })
  }

  /** True if the text was a complaint that has been dealt with. */
  #complaint(reason: string): boolean {
    if (REFUSAL.test(reason)) this.#socket.rest('refused', REFUSED_MS)
    else if (TOO_FAST.test(reason)) this.#outbox.slowDown()
    else return false
    return true
  }

  #ended(): void {
    this.#cancelConfirm()
    this.#cancelPause()
    this.#isPaused = this.#hasAnswered = false
    this.#pingId = undefined
    this.#unanswered.clear()
    this.#health.forget()
    this.#subscriptions.reset()
  }
}
