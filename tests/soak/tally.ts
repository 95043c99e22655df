/**
 * What must be true of two histories, counted. A text counts from the moment its article shows in the writer's log: what was
 * typed and died before does not.
 */
import type { Who } from './plan.ts'

/** An article of the log `Messages`, as it stands there; without its state if that was not looked at again. */
export type Shown = { readonly mine: boolean; readonly text: string; readonly state?: string }

export type Evidence = {
  /** Everything each of them typed, in order. No two texts are the same. */
  readonly typed: readonly [readonly string[], readonly string[]]
  /** What each screen ever showed. */
  readonly seen: readonly [ReadonlySet<string>, ReadonlySet<string>]
  /** Own texts that a screen ever showed as delivered or read. */
  readonly told: readonly [ReadonlySet<string>, ReadonlySet<string>]
  /** What the logs hold, oldest first. */
  readonly logs: readonly [readonly Shown[], readonly Shown[]]
}

export type Findings = {
  /** Shown somewhere, or sent, and missing in one of the two histories. */
  readonly lost: readonly string[]
  readonly duplicated: readonly string[]
  readonly misordered: readonly string[]
  /** Said to be delivered or read, and the other side does not hold it. */
  readonly falselyDelivered: readonly string[]
  /** Was said to be delivered, and is not any more. */
  readonly takenBack: readonly string[]
  /** Nobody typed this. */
  readonly altered: readonly string[]
}

const BOTH = [0, 1] as const

/**
 * A long log shows a stretch of itself: what was read below, and above it what a stretch further up shows besides. Undefined where the
 * two do not meet.
 */
export function withAbove(stretch: readonly Shown[], below: readonly Shown[]): readonly Shown[] | undefined {
  const meets = (from: number): boolean =>
    stretch.slice(from).every(({ text }, i) => i >= below.length || below[i]?.text === text)
  const at = stretch.findIndex((_, i) => meets(i))
  return at < 0 ? undefined : [...stretch.slice(0, at), ...below]
}

export function isDelivered(state: string | undefined): boolean {
  return state === 'delivered' || state === 'read'
}

export function other(who: Who): Who {
  return who === 0 ? 1 : 0
}

/** What counts as sent. */
export function sentBy(who: Who, { typed, seen, logs }: Evidence): readonly string[] {
  const known = BOTH.flatMap((side) => [...seen[side], ...logs[side].map(({ text }) => text)])
  const counted = new Set(known)
  return typed[who].filter((text) => counted.has(text))
}

/** At the end, when everything has come to rest. */
export function count(evidence: Evidence): Findings {
  const { told, logs } = evidence
  const holds = logs.map((log) => new Set(log.map(({ text }) => text)))
  return {
    lost: BOTH.flatMap((who) => sentBy(who, evidence).filter((text) => !holds.every((held) => held.has(text)))),
    ...order(evidence),
    falselyDelivered: BOTH.flatMap((who) => [...told[who]].filter((text) => !holds[other(who)]!.has(text))),
    takenBack: BOTH.flatMap((who) => takenBack(told[who], logs[who])),
  }
}

/** What one side still holds after its page died: less than it showed, or than the other one was told? */
export function recount(who: Who, evidence: Evidence): Findings {
  const { seen, told, logs } = evidence
  const held = new Set(logs[who].map(({ text }) => text))
  return {
    lost: [...seen[who]].filter((text) => !held.has(text)),
    ...order({ ...evidence, logs: who === 0 ? [logs[0], []] : [[], logs[1]] }),
    falselyDelivered: [...told[other(who)]].filter((text) => !held.has(text)),
    takenBack: takenBack(told[who], logs[who]),
  }
}

function takenBack(told: ReadonlySet<string>, log: readonly Shown[]): readonly string[] {
  const isBack = ({ mine, text, state }: Shown) => mine && state !== undefined && told.has(text) && !isDelivered(state)
  return log.filter(isBack).map(({ text }) => text)
}

/** What one can see in a log alone: its order, and that everything is there once, in the right person's place. */
function order({ typed, logs }: Evidence): Pick<Findings, 'duplicated' | 'misordered' | 'altered'> {
  const duplicated: string[] = []
  const misordered: string[] = []
  const altered: string[] = []
  for (const side of BOTH)
    for (const who of BOTH) {
      const places = new Map(typed[who].map((text, place) => [text, place]))
      const known = new Set<string>()
      let last = -1
      for (const { mine, text } of logs[side]) {
        if (mine !== (who === side)) continue
        const place = places.get(text)
        if (place === undefined) altered.push(text)
        else if (known.has(text)) duplicated.push(text)
        else if (place < last) misordered.push(text)
        known.add(text)
        last = Math.max(last, place ?? -1)
      }
    }
  return { duplicated, misordered, altered }
}
