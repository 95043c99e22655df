/** Two people in real browsers who write to each other while everything around them breaks; then what is left is counted. */
import { Person, type Launch } from './person.ts'
import { planOf, type Blow, type Moment, type Step, type Who, type Wish } from './plan.ts'
import { Server } from './server.ts'
import { count, other, recount, sentBy, type Evidence, type Findings, type Shown } from './tally.ts'

export type Report = {
  readonly typed: number
  readonly sent: number
  readonly blows: Readonly<Record<Blow, number>>
  readonly findings: Findings
  readonly complaints: readonly string[]
  /** What kept the run from coming to its end. */
  readonly broken?: string
}

/** Plays the plan of a wish. */
export async function soak(wish: Wish, launch: Launch, say: (line: string) => void): Promise<Report> {
  const server = new Server()
  await server.start()
  const people = [await Person.at(server, 'Ana', launch), await Person.at(server, 'Ben', launch)] as const
  const scene = new Scene(server, people)
  try {
    const broken = await playAll(scene, wish, say)
    return await scene.report(broken)
  } finally {
    await Promise.all(people.map((person) => person.leave()))
    await server.stop()
  }
}

/** @returns what went wrong: people who do not come together again, something that does not arrive */
async function playAll(scene: Scene, wish: Wish, say: (line: string) => void): Promise<string | undefined> {
  const steps = planOf(wish)
  let place = 'before the first step'
  try {
    await scene.meet()
    for (const [i, step] of steps.entries()) {
      place = `step ${i} of ${steps.length}, ${step.do === 'strike' ? described(step) : step.do}`
      if (step.do === 'strike') say(place)
      await scene.play(step)
    }
    return undefined
  } catch (error) {
    return `${place}: ${error instanceof Error ? error.message : String(error)}`
  }
}

function described({ blow, whom, when, stays }: Extract<Step, { do: 'strike' }>): string {
  return `${blow} ${blow === 'relay' ? '' : ['Ana', 'Ben'][whom]} when ${when}${stays ? ', for long' : ''}`
}

type Written = { readonly who: Who; readonly text: string }

class Scene {
  readonly #server: Server
  readonly #people: readonly [Person, Person]
  readonly #blows: Record<Blow, number> = { kill: 0, close: 0, reload: 0, 'take over': 0, relay: 0 }
  readonly #found: Findings[] = []
  /** What each log held when it was last looked at. */
  readonly #logs: [readonly Shown[], readonly Shown[]] = [[], []]
  /** The text that was written last, unless something broke since. */
  #last: Written | undefined
  /** What each of them typed into the page that still stands. */
  readonly #living: [string[], string[]] = [[], []]
  #comeBack: (() => Promise<void>) | undefined

  constructor(server: Server, people: readonly [Person, Person]) {
    this.#server = server
    this.#people = people
  }

  /** By a link; then each says something that both have seen. */
  async meet(): Promise<void> {
    const [ana, ben] = this.#people
    await Promise.all([ana.arrive(), ben.arrive()])
    await ben.join(await ana.makeLink())
    await Promise.all([ana.connected(), ben.connected()])
    for (const person of this.#people) {
      await this.#write(person === ana ? 0 : 1)
      await this.#settle()
    }
    for (const who of [0, 1] as const) this.#logs[who] = await this.#people[who].readFrom('Ana 0')
  }

  async play(step: Step): Promise<void> {
    if (step.do === 'write') await this.#write(step.who)
    if (step.do === 'settle') await this.#settle()
    if (step.do === 'strike') await this.#strike(step)
    if (step.do === 'return') {
      await this.#comeBack?.()
      this.#comeBack = undefined
    }
  }

  /** Of a run that is broken only what was found before. */
  async report(broken: string | undefined): Promise<Report> {
    if (broken === undefined) {
      for (const who of [0, 1] as const) this.#logs[who] = await this.#people[who].readFrom('Ana 0')
      this.#found.push(count(this.#evidence()))
    }
    const evidence = this.#evidence()
    return {
      typed: evidence.typed.flat().length,
      sent: sentBy(0, evidence).length + sentBy(1, evidence).length,
      blows: this.#blows,
      findings: merged(this.#found),
      complaints: this.#people.flatMap(({ complaints }) => complaints),
      ...(broken !== undefined && { broken }),
    }
  }

  async #write(who: Who): Promise<void> {
    const text = await this.#people[who].write()
    this.#living[who].push(text)
    this.#last = { who, text }
  }

  async #strike({ blow, whom, when, stays }: Extract<Step, { do: 'strike' }>): Promise<void> {
    const person = this.#people[whom]
    if (this.#last) await this.#reaches(this.#last, when)
    this.#last = undefined
    this.#blows[blow]++
    if (blow === 'relay') await this.#server.stop()
    else {
      this.#living[whom] = []
      person.door.hold()
    }
    if (blow === 'kill') await person.kill()
    if (blow === 'close') await person.closeTab()
    const back = async (): Promise<void> => {
      if (blow === 'relay') return this.#server.start()
      if (blow === 'reload') await person.reload()
      else if (blow === 'take over') await person.takeOver()
      else await person.arrive()
      await this.#look(whom)
      person.door.release()
    }
    if (stays) this.#comeBack = back
    else await back()
  }

  async #reaches({ who, text }: Written, when: Moment): Promise<void> {
    const [writer, reader] = [this.#people[who], this.#people[other(who)]]
    if (when === 'shown') await writer.until(`“${text}” to be shown`, () => writer.seen.has(text))
    if (when === 'arrived') await reader.until(`“${text}” to arrive`, () => reader.seen.has(text))
    if (when === 'delivered') await writer.until(`“${text}” to be delivered`, () => writer.told.has(text))
  }

  /** Everything that was shown to its writer has been delivered and is shown to the other one. */
  async #settle(): Promise<void> {
    for (const who of [0, 1] as const) {
      const [writer, reader] = [this.#people[who], this.#people[other(who)]]
      const living = this.#living[who]
      await writer.until('all to be shown', () => living.every((text) => writer.seen.has(text)))
      const sent = () => writer.typed.filter((text) => writer.seen.has(text))
      await writer.until('all to be delivered', () => sent().every((text) => writer.told.has(text)))
      await reader.until('all to arrive', () => sent().every((text) => reader.seen.has(text)))
    }
  }

  /** What is left in a log that cannot have changed since its page died. */
  async #look(who: Who): Promise<void> {
    const known = this.#logs[who]
    const rows = await this.#people[who].readFrom(known.at(-1)?.text ?? '')
    this.#logs[who] = [...known.slice(0, -1).map(({ mine, text }) => ({ mine, text })), ...rows]
    this.#found.push(recount(who, this.#evidence()))
  }

  #evidence(): Evidence {
    const [ana, ben] = this.#people
    return {
      typed: [ana.typed, ben.typed],
      seen: [ana.seen, ben.seen],
      told: [ana.told, ben.told],
      logs: this.#logs,
    }
  }
}

/** Each text once, however often it was found. */
function merged(all: readonly Findings[]): Findings {
  const texts = (of: keyof Findings) => [...new Set(all.flatMap((one) => one[of]))]
  return {
    lost: texts('lost'),
    duplicated: texts('duplicated'),
    misordered: texts('misordered'),
    falselyDelivered: texts('falselyDelivered'),
    takenBack: texts('takenBack'),
    altered: texts('altered'),
  }
}
