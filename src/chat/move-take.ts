/**
 * The new device: opens the link, calls the old one, shows the number, and keeps what comes once all of it is there.
 *
 *   ready ──begin──▶ looking ──HS2──▶ found ──share──▶ compare ──begin, data … end──▶ checking, restoring ──kept──▶ done
 *
 * Nothing is sent before `begin`, and nothing is on the disk before all has come.
 */
import { wipe, type Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { parseInvite, type Invite } from '../protocol/invite.ts'
import { keepsTo, moveNumber, SHARE_BYTES, type MoveFailure, type MoveStep } from '../protocol/move.ts'
import { MAX_RELAYS } from './limits.ts'
import { MoveCall } from './move-call.ts'
import { Inflow } from './move-inflow.ts'
import type { MoveLine } from './move-line.ts'
import type { Ways } from './move-meeting.ts'
import type { MoveTrouble, Pieces, TakeView, Taking } from './move-view.ts'
import type { BackupTrouble, Outcome, Source, Watch } from './moving.ts'
import { hasTurn } from './offers.ts'

const LONG_AFTER = 10_000
/** The old device hangs up once it has heard that all is kept. */
const LAST_WORD_WITHIN = 5_000

export type Keep = (file: Source, key: Bytes, watch: Watch) => Promise<Outcome>

export class Taker implements Taking {
  readonly #ways: Ways
  readonly #inflow: Inflow
  readonly #keep: Keep
  readonly #on: (view: TakeView) => void
  readonly #share: Bytes
  readonly #stopper = new AbortController()
  #link: Invite | undefined
  #call: MoveCall | undefined
  #isLong = false
  /** What they said that their share will be. */
  #hash: Bytes | undefined
  #view: TakeView = { at: 'ready' }
  #cancel: (() => void)[] = []

  constructor(
    ways: Ways,
    fragment: string,
    { pieces, keep }: { readonly pieces: Pieces; readonly keep: Keep },
    on: (view: TakeView) => void,
  ) {
    this.#ways = ways
    this.#inflow = new Inflow(pieces)
    this.#keep = keep
    this.#on = on
    this.#share = ways.random(SHARE_BYTES)
    try {
      this.#link = parseInvite(fragment)
      on(this.#view)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#end(error.code === 'version' ? 'newer' : 'damaged')
    }
  }

  begin(): void {
    const link = this.#link
    if (this.#view.at !== 'ready' || !link) return
    const { relays, relayOnly, iceServers, clock } = this.#ways
    // No host is told of an address that is to be hidden.
    const all = [...new Set([...relays, ...(relayOnly ? [] : link.relays)])].slice(0, MAX_RELAYS)
    const left = link.expiresAt * 60_000 - clock.now()
    if (left <= 0) return this.#end('expired')
    if (all.length === 0) return this.#end('no-relay')
    if (relayOnly && !hasTurn(iceServers)) return this.#end('hidden')
    this.#show({ at: 'looking', isReached: false, isLong: false })
    this.#cancel = [clock.after(LONG_AFTER, () => this.#long()), clock.after(left, () => this.#expire())]
    this.#call = new MoveCall(this.#ways, link, all, {
      looking: () => this.#look(),
      found: () => this.#show({ at: 'found' }),
      step: (line, step) => this.#heard(line, step),
      broken: () => this.#broken(),
      ended: (why) => this.#end(why),
    })
  }

  /** While it is put on the disk that decides what became of it. */
  stop(): void {
    if (this.#isKeeping) return this.#stopper.abort()
    this.#fail('stopped', 'stopped')
  }

  #look(): void {
    if (this.#view.at !== 'looking' && this.#view.at !== 'found') return
    this.#show({ at: 'looking', isReached: this.#call?.isReached === true, isLong: this.#isLong })
  }

  #long(): void {
    this.#isLong = true
    if (this.#view.at === 'looking') this.#look()
  }

  #expire(): void {
    if (this.#view.at === 'looking') this.#end('expired')
  }

  get #isOver(): boolean {
    return this.#view.at === 'ended' || this.#view.at === 'done'
  }

  #show(view: TakeView): void {
    if (this.#isOver) return
    this.#view = view
    this.#on(view)
  }

  #heard(line: MoveLine, step: MoveStep): void {
    const { at } = this.#view
    if (step.type === 'failed') this.#theirEnd(step.why)
    else if (at === 'found' && step.type === 'commit' && !this.#hash) {
      this.#hash = step.hash
      line.send({ type: 'share', share: this.#share })
    } else if (at === 'found' && step.type === 'share' && this.#hash && keepsTo(this.#hash, step.share))
      this.#show({ at: 'compare', number: moveNumber(line.hash, step.share, this.#share) })
    else if (at === 'compare' && step.type === 'begin') {
      this.#inflow.begin(step.key)
      this.#show({ at: 'coming', bytes: 0 })
    } else if (at === 'coming' && step.type === 'data') this.#put(line, step)
    else if (at === 'coming' && step.type === 'end' && step.bytes === this.#inflow.bytes) void this.#keepAll(line)
    else line.lose()
  }

  #put(line: MoveLine, { at, bytes }: MoveStep & { type: 'data' }): void {
    const took = this.#inflow.put(at, bytes)
    if (took === 'misplaced') return line.lose()
    if (took === 'too-large') return this.#fail('full', 'full')
    if (took === 'taken') return
    line.send({ type: 'taken', bytes: this.#inflow.bytes })
    this.#show({ at: 'coming', bytes: this.#inflow.bytes })
  }

  /** From here on a line that breaks is no matter: everything is here. */
  async #keepAll(line: MoveLine): Promise<void> {
    this.#show({ at: 'checking', done: 0, of: this.#inflow.bytes })
    const watch: Watch = {
      progress: (done, of, stage = 'checking') => this.#show({ at: stage, done, of }),
      signal: this.#stopper.signal,
    }
    const outcome = await this.#inflow.hand((file, key) => this.#keep(file, key, watch))
    if (this.#isOver) return
    if (!outcome.ok) return this.#fail(...reasonOf(outcome.why))
    line.send({ type: 'kept' })
    this.#show({ at: 'done' })
    if (line.isOver) return this.#letGo()
    this.#cancel.push(this.#ways.clock.after(LAST_WORD_WITHIN, () => this.#letGo()))
  }

  /** Unless all is here: it gave up waiting, and nothing is lacking. */
  #theirEnd(why: MoveFailure): void {
    if (!this.#isKeeping) this.#end(why, true)
  }

  get #isKeeping(): boolean {
    return this.#view.at === 'checking' || this.#view.at === 'restoring'
  }

  #broken(): void {
    if (this.#isOver) this.#letGo()
    else if (!this.#isKeeping) this.#end('cut')
  }

  #fail(tells: MoveFailure, why: MoveTrouble): void {
    if (this.#isOver) return
    this.#call?.line?.send({ type: 'failed', why: tells })
    this.#end(why)
  }

  #end(why: MoveTrouble, theirs = false): void {
    if (this.#isOver) return
    this.#show({ at: 'ended', why, theirs })
    this.#letGo()
  }

  #letGo(): void {
    for (const cancel of this.#cancel) cancel()
    this.#stopper.abort()
    this.#inflow.drop()
    this.#call?.stop()
    wipe(this.#share, this.#link?.secret, this.#link?.bytes)
  }
}

function reasonOf(why: BackupTrouble): [tells: MoveFailure, why: MoveTrouble] {
  if (why === 'occupied' || why === 'full' || why === 'stopped') return [why, why]
  return ['failed', 'failed']
}
