/** Two ends, a hostile line between them, and the model that says of every step what must come of it. */
import type { Frame } from '../../src/protocol/session.ts'
import { same } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import type { Terms } from './handshake.ts'
import { meet } from './meet.ts'
import type { Met, People } from './meet.ts'
import { Model, other } from './model.ts'
import type { Judgement, Place, Side } from './model.ts'
import { FRAME_SIZES } from './ratchet.ts'
import type { Command, Kind, Line } from './schedule.ts'
import { Disagreement, plainOf, Source, wordsOf } from './twin.ts'
import type { Outcome, Twin } from './twin.ts'

type Sent = { readonly bytes: Bytes; readonly frame: Frame; readonly place: Place; opened: boolean }
/** `arrived` counts what has left the line, delivered or lost. */
type Way = { readonly sent: Sent[]; arrived: number }
type Step = { readonly epoch: number; readonly message: Bytes }

/** `forgotten`: frames of chains that are too old. */
export type Counts = {
  frames: number
  opened: number
  rekeys: number
  reconnects: number
  forgotten: number
  refused: Record<string, number>
}
export const noCounts = (): Counts => ({ frames: 0, opened: 0, rekeys: 0, reconnects: 0, forgotten: 0, refused: {} })

export class World {
  readonly #source: Source
  readonly #people: People
  readonly #pairId: Bytes
  readonly #counts: Counts
  #met: Met
  #model = new Model()
  #ways: Record<Side, Way> = { initiator: { sent: [], arrived: 0 }, responder: { sent: [], arrived: 0 } }
  #offers: Step[] = []
  #answers: Step[] = []
  /** Frames of sessions that ended. */
  #foreign: Bytes[] = []

  constructor(met: Met, people: People, source: Source, counts: Counts) {
    this.#met = met
    this.#people = people
    this.#pairId = met.exports.pairId
    this.#source = source
    this.#counts = counts
  }

  run(commands: readonly Command[]): void {
    for (const command of commands) this.#obey(command)
    this.#clear()
  }

  #obey(command: Command): void {
    switch (command.do) {
      case 'send':
        return this.#send(command.by, this.#frameOf(command.kind, command.size))
      case 'burst':
        for (let i = 0; i < command.count; i += 1) this.#send(command.by, { type: 'ping' })
        return
      case 'turns':
        for (let i = 0; i < command.count; i += 1) this.#turns()
        return
      case 'deliver':
        for (let i = 0; i < command.count; i += 1) this.#deliver(command.by)
        return
      case 'drop':
        return this.#drop(command.by, command.count)
      case 'offer':
        return this.#offer()
      case 'answer':
        return this.#answer(command.which, command.damage)
      case 'complete':
        return this.#complete(command.which, command.damage)
      case 'reconnect':
        return this.#reconnect()
      default:
        return this.#disturb(command)
    }
  }

  #disturb(command: Line): void {
    const { sent } = this.#ways[command.by]
    const one = sent.at(-1 - (command.which % Math.max(1, sent.length)))
    const to = other(command.by)
    switch (command.do) {
      case 'any':
        return one && this.#open(to, one)
      case 'reflect':
        return one && this.#refuse(command.by, one.bytes, 'bad-tag')
      case 'damage':
        return one && this.#damaged(to, one, command.at % one.bytes.length, command.mask)
      case 'resize':
        return one && this.#resized(to, one.bytes, command.at)
      case 'foreign': {
        const foreign = this.#foreign[command.which % Math.max(1, this.#foreign.length)]
        return foreign && this.#refuse(to, foreign, 'bad-tag')
      }
    }
  }

  #frameOf(kind: Kind, size: number): Frame {
    switch (kind) {
      case 'message':
        return { type: kind, id: this.#source.take(16), body: this.#source.take(size) }
      case 'bundle': {
        const messages = this.#ids(1 + (size % 64)).map((id) => ({ id, body: this.#source.take(size % 300) }))
        return { type: kind, messages }
      }
      case 'receipt':
        return { type: kind, what: size % 2 ? 'read' : 'delivered', ids: this.#ids(1 + (size % 256)) }
      case 'nack':
        return { type: kind, id: this.#source.take(16), code: size }
      case 'confirm':
        return { type: kind, caps: size }
      default:
        return { type: kind }
    }
  }

  #ids(count: number): Bytes[] {
    return Array.from({ length: count }, () => this.#source.take(16))
  }

  #send(by: Side, frame: Frame): void {
    const outcome = this.#twin(by).seal(frame, this.#source.take(56))
    const tooLarge = plainOf(frame).body.length > FRAME_SIZES.at(-1)! - 97 - 21
    if (tooLarge) return this.#expectCode('seal', outcome, 'too-large')
    const place = this.#model.send(by)
    if (!place) return this.#expectCode('seal', outcome, 'state')
    if ('code' in outcome) throw new Disagreement(`seal: refused as ${outcome.code}, which the model does not know`)
    this.#counts.frames += 1
    this.#ways[by].sent.push({ bytes: outcome.value, frame, place, opened: false })
  }

  #drop(by: Side, count: number): void {
    const way = this.#ways[by]
    way.arrived = Math.min(way.sent.length, way.arrived + count)
  }

  #deliver(by: Side): void {
    const way = this.#ways[by]
    const sent = way.sent[way.arrived]
    if (!sent) return
    way.arrived += 1
    this.#open(other(by), sent)
  }

  /** What is opened is what was sealed, and that once. */
  #open(at: Side, sent: Sent): void {
    const { bytes, frame, place } = sent
    const judgement = this.#model.judge(at, place)
    if ('code' in judgement) {
      if (judgement.code === 'bad-tag') this.#counts.forgotten += 1
      return this.#refuse(at, bytes, judgement.code)
    }
    const outcome = this.#twin(at).open(bytes)
    if ('code' in outcome) throw new Disagreement(`open: refused as ${outcome.code}, and should open`)
    if (wordsOf(outcome.value) !== wordsOf(plainOf(frame)))
      throw new Disagreement('open: another frame than was sealed')
    judgement.commit()
    sent.opened = true
    this.#counts.opened += 1
    if (this.#twin(at).real.epoch !== this.#model.epochOf(at)) throw new Disagreement('open: the epoch')
    if (frame.type === 'rekey') {
      const steps = frame.step === 'offer' ? this.#offers : this.#answers
      steps.push({ epoch: place.epoch + 1, message: frame.message })
    }
  }

  #damaged(at: Side, { bytes, place }: Sent, byte: number, mask: number): void {
    const copy = bytes.slice()
    copy[byte] = copy[byte]! ^ mask
    this.#refuse(at, copy, byte === 0 ? 'version' : this.#codeOfDamage(this.#model.judge(at, place), byte))
  }

  /** A sound header may already tell that the frame is refused anyhow. */
  #codeOfDamage(judgement: Judgement, byte: number): string {
    return byte >= 81 && 'code' in judgement ? judgement.code : 'bad-tag'
  }

  #resized(at: Side, bytes: Bytes, size: number): void {
    const copy = new Uint8Array(size)
    copy.set(bytes.subarray(0, size))
    if (same(copy, bytes)) return
    // Of a size that exists, but cut or lengthened, it is a damaged body.
    if (!FRAME_SIZES.includes(size)) this.#refuse(at, copy, 'too-large')
  }

  #refuse(at: Side, bytes: Bytes, code: string): void {
    this.#expectCode('open', this.#twin(at).open(bytes), code)
  }

  #expectCode(what: string, outcome: Outcome<unknown>, code: string): void {
    const is = 'code' in outcome ? outcome.code : 'no refusal'
    if (is !== code) throw new Disagreement(`${what}: both say ${is}, the model says ${code}`)
    this.#counts.refused[code] = (this.#counts.refused[code] ?? 0) + 1
  }

  #offer(): void {
    const refused = this.#model.offer()
    const offer = this.#twin('initiator').offer(this.#source.take(128))
    if (refused !== undefined) return this.#expectCode('offer', offer, refused)
    if ('code' in offer) throw new Disagreement(`offer: refused as ${offer.code}`)
    this.#send('initiator', offer.value)
  }

  #answer(which: number, damage: number | undefined): void {
    const step = pick(this.#offers, which, damage)
    if (!step) return
    const refused = this.#model.answer(step.epoch)
    const answer = this.#twin('responder').answer(step.message, this.#source.take(96))
    if (refused !== undefined) return this.#expectCode('answer', answer, refused)
    if ('code' in answer) throw new Disagreement(`answer: refused as ${answer.code}`)
    this.#send('responder', answer.value)
  }

  #complete(which: number, damage: number | undefined): void {
    const step = pick(this.#answers, which, damage)
    if (!step) return
    const refused = this.#model.complete(step.epoch)
    const done = this.#twin('initiator').complete(step.message)
    if (refused !== undefined) return this.#expectCode('complete', done, refused)
    if ('code' in done) throw new Disagreement(`complete: refused as ${done.code}`)
    this.#counts.rekeys += 1
  }

  /** A new session of the same two, under the secret that the last one left. */
  #reconnect(): void {
    this.#clear()
    const all = [...this.#ways.initiator.sent, ...this.#ways.responder.sent].map(({ bytes }) => bytes)
    this.#foreign = [...this.#foreign, ...all].slice(-200)
    const nonce = this.#source.take(16)
    const terms: Terms = { mode: 2, agreed: this.#pairId, nonce, psk: this.#met.exports.pskNext }
    this.#met = meet(terms, this.#people, this.#source)
    this.#model = new Model()
    this.#ways = { initiator: { sent: [], arrived: 0 }, responder: { sent: [], arrived: 0 } }
    this.#offers = []
    this.#answers = []
    this.#counts.reconnects += 1
  }

  #turns(): void {
    for (const by of ['initiator', 'responder'] as const) {
      this.#send(by, { type: 'ping' })
      const latest = this.#ways[by].sent.at(-1)
      if (latest) this.#open(other(by), latest)
    }
  }

  /** In the end the line clears, and everything comes that was not opened yet: it opens now, or never. */
  #clear(): void {
    if (this.#ways.responder.sent.length > 0) this.#turns()
    for (const by of ['initiator', 'responder'] as const) {
      for (const sent of this.#ways[by].sent) if (!sent.opened) this.#open(other(by), sent)
    }
  }

  #twin(side: Side): Twin {
    return this.#met[side]
  }
}

/** A damaged one belongs to no epoch. */
function pick(steps: readonly Step[], which: number, damage: number | undefined): Step | undefined {
  const step = steps.at(-1 - (which % Math.max(1, steps.length)))
  if (!step || damage === undefined) return step
  const message = step.message.slice()
  message[damage % message.length] = message[damage % message.length]! ^ 1
  return { epoch: -1, message }
}
