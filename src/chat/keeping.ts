/** Which chats lose anything by themselves, and what time was sure when the page began: see `retention.ts`. */
import type { Contact, Loaded } from './ports.ts'
import type { State } from './state.ts'
import type { Timer } from './timer.ts'

export const NO_TIMER: Timer = { n: 0, seconds: 0, from: 0 }

type Keeping = Pick<State, 'keepDue' | 'keepFull' | 'timeSeen'>

/** `known`: the host has said what time it is. */
export function keepingFrom({ contacts, last }: Loaded, now: number, known: boolean): Keeping {
  const theirs = [...last.values()].filter((row) => !row.mine || row.state === 'delivered').map((row) => row.at)
  const seen = [...theirs, ...contacts.map((c) => c.addedAt)]
  const timeSeen = known || seen.length === 0 ? now : Math.max(...seen)
  return { timeSeen, keepFull: new Map(), keepDue: new Map(contacts.filter(isLimited).map((c) => [c.id, 0])) }
}

/** Whether anything in this chat goes by itself. */
export function isLimited({ keepFor, timer }: Contact): boolean {
  return keepFor !== undefined || (timer?.from ?? 0) > 0
}
