/**
 * The old device: waits for the link to be opened, shows a number, and at a person's word sends everything.
 *
 *   waiting ──HS1──▶ found ──CONFIRM──▶ commit ──share──▶ compare ──accept──▶ begin, data … end ──kept──▶ done
 *
 * It changes nothing here: whatever ends it, this device has what it had.
 */
import { wipe, type Bytes } from '../protocol/bytes.ts'
import { commitTo, FILE_KEY_BYTES, moveNumber, SHARE_BYTES } from '../protocol/move.ts'
import type { MoveFailure, MoveStep } from '../protocol/move.ts'
import { MoveAnswer } from './move-answer.ts'
import type { MoveLine } from './move-line.ts'
import type { Ways } from './move-meeting.ts'
import { Outflow } from './move-outflow.ts'
import type { GiveView, Giving, MoveTrouble } from './move-view.ts'
import type { Outcome, Sink, Watch } from './moving.ts'
import { hasTurn } from './offers.ts'

/** A link is good for so long, as is a number that nobody compares. */
export const LINK_MS = 15 * 60_000

export type WriteFile = (sink: Sink, key: Bytes, watch: Watch) => Promise<Outcome>

export class Giver implements Giving {
  readonly #ways: Ways
  readonly #write: WriteFile
  readonly #on: (view: GiveView) => void
  readonly #answer: MoveAnswer
  readonly #share: Bytes
  readonly #stopper = new AbortController()
  #others = false
  #lacking = 0
  #outflow: Outflow | undefined
  #view: GiveView = { at: 'waiting', isReached: false }
  #cancelExpiry: () => void

  constructor(ways: Ways, write: WriteFile, on: (view: GiveView) => void) {
    this.#ways = ways
    this.#write = write
    this.#on = on
    this.#share = ways.random(SHARE_BYTES)
    this.#answer = new MoveAnswer(ways, ways.clock.now() + LINK_MS, {
      reached: () => this.#view.at === 'waiting' && this.#wait(),
      found: () => this.#show({ at: 'found' }),
      confirmed: (line) => line.send({ type: 'commit', hash: commitTo(this.#share) }),
      step: (line, step) => this.#heard(line, step),
      broken: () => this.#broken(),
      others: () => this.#hearOthers(),
    })
    this.#cancelExpiry = ways.clock.after(LINK_MS, () => this.#giveUp('stopped', 'expired'))
    on(this.#view)
    if (ways.relays.length === 0) this.#end('no-relay')
    if (ways.relayOnly && !hasTurn(ways.iceServers)) this.#end('hidden')
  }

  get fragment(): string {
    return this.#answer.fragment
  }

  accept(): void {
    const { line } = this.#answer
    if (this.#view.at === 'compare' && line) void this.#sendAll(line)
  }

  decline(): void {
    if (this.#view.at === 'compare') this.#giveUp('declined', 'declined')
  }

  stop(): void {
    this.#giveUp('stopped', this.#view.at === 'storing' ? 'unsure' : 'stopped')
  }

  #wait(): void {
    this.#show({ at: 'waiting', isReached: this.#answer.isReached })
  }

  get #isOver(): boolean {
    return this.#view.at === 'ended' || this.#view.at === 'done'
  }

  #show(view: GiveView): void {
    if (this.#isOver) return
    this.#view = view
    this.#on(view)
  }

  #hearOthers(): void {
    this.#others = true
    if (this.#view.at === 'compare') this.#show({ ...this.#view, others: true })
  }

  #heard(line: MoveLine, step: MoveStep): void {
    const { at } = this.#view
    if (step.type === 'share' && at === 'found') {
      this.#answer.settle()
      line.send({ type: 'share', share: this.#share })
      const number = moveNumber(line.hash, this.#share, step.share)
      this.#show({ at: 'compare', number, others: this.#others })
    } else if (step.type === 'taken' && this.#outflow?.taken(step.bytes)) return
    else if (step.type === 'kept' && at === 'storing') this.#done()
    else if (step.type === 'failed') this.#end(step.why, true)
    else line.lose()
  }

  async #sendAll(line: MoveLine): Promise<void> {
    this.#cancelExpiry()
    this.#show({ at: 'moving', done: 0, of: 0 })
    const key = this.#ways.random(FILE_KEY_BYTES)
    line.send({ type: 'begin', key })
    const outflow = new Outflow(line)
    this.#outflow = outflow
    const watch: Watch = {
      progress: (done, of) => this.#show({ at: 'moving', done, of: Math.max(done, of) }),
      signal: this.#stopper.signal,
    }
    const sink: Sink = (part) => outflow.put(part)
    const outcome = await this.#write(sink, key, watch).catch((): Outcome => ({ ok: false, why: 'failed' }))
    wipe(key)
    if (this.#isOver) return
    if (!outcome.ok) {
      const why = outcome.why === 'stopped' ? 'stopped' : 'failed'
      return this.#giveUp(why, why)
    }
    this.#lacking = outcome.lacking
    this.#show({ at: 'storing' })
    line.send({ type: 'end', bytes: outflow.sent })
  }

  /** Before the number is there the other side may try again. What breaks after all has left may have arrived. */
  #broken(): void {
    if (this.#view.at === 'found') this.#wait()
    else this.#end(this.#view.at === 'storing' ? 'unsure' : 'cut')
  }

  #done(): void {
    this.#show({ at: 'done', lacking: this.#lacking })
    this.#letGo()
  }

  #giveUp(tells: MoveFailure, why: MoveTrouble): void {
    if (this.#isOver) return
    this.#answer.line?.send({ type: 'failed', why: tells })
    this.#end(why)
  }

  #end(why: MoveTrouble, theirs = false): void {
    if (this.#isOver) return
    this.#show({ at: 'ended', why, theirs })
    this.#letGo()
  }

  #letGo(): void {
    this.#cancelExpiry()
    this.#stopper.abort()
    this.#answer.stop()
    wipe(this.#share)
  }
}
