/**
 * Sees both disks and both screens of two people at once, and writes down every lie: at the moment it is told, not at the end.
 * What nobody in the world could check, it can.
 */
import type { MessageRow, Write } from '../../src/chat/ports.ts'
import type { Snapshot } from '../../src/chat/snapshot.ts'
import { viewId } from '../../src/chat/state.ts'
import type { Person } from './person.ts'

export class Witness {
  readonly lies: string[] = []
  readonly #drafts = new Map<Person, Draft>()

  constructor(a: Person, b: Person) {
    for (const [who, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const name = who === a ? 'a' : 'b'
      this.#drafts.set(who, new Draft(contactOf(who)?.draft ?? ''))
      const say = (lie: string): void => void this.lies.push(`${name}: ${lie}`)
      who.disk.committed = (writes) => this.#committed(who, other, writes, say)
      who.looks = (snapshot) => looked(who, other, snapshot, say)
    }
  }

  /** Words that the person has put, or `''` for those they have sent: sooner or later they are the draft on disk. */
  wrote(who: Person, draft: string): void {
    this.#drafts.get(who)?.wrote(draft)
  }

  /** The page has said that they are. */
  kept(who: Person, draft: string): void {
    if (this.#drafts.get(who)?.isKept(draft) === false) this.lies.push(`the draft “${draft}” is lost`)
  }

  #committed(who: Person, other: Person, writes: readonly Write[], say: (lie: string) => void): void {
    for (const write of writes) {
      const isMessage = write.op === 'message' || write.op === 'message-state'
      if (isMessage && who.disk.taken.has(write.message.id)) say(`${write.message.id} came back`)
      if (write.op === 'message') checkRow(who, other, write.message, say)
      if (write.op !== 'contact') continue
      const { theyRead, draft } = write.contact
      if (theyRead > 0 && !wasRead(who, other, theyRead)) say(`seq ${theyRead} was not read`)
      if (this.#drafts.get(who)?.isNext(draft) === false) say(`the draft goes back to “${draft}”`)
    }
  }
}

/** The drafts of one person: the one on disk, and those that may follow it, in order. */
class Draft {
  #past = 0
  readonly #all: string[]

  constructor(first: string) {
    this.#all = [first]
  }

  wrote(draft: string): void {
    this.#all.push(draft)
  }

  isNext(draft: string): boolean {
    const at = this.#all.indexOf(draft, this.#past)
    if (at >= 0) this.#past = at
    return at >= 0
  }

  isKept(draft: string): boolean {
    return this.#all.indexOf(draft) <= this.#past
  }
}

export const contactOf = (who: Person) => [...who.disk.contacts.values()].find((c) => c.confirmed)

/** The nth message that arrives is the nth that was written; what is called delivered lies on the other disk. */
function checkRow(who: Person, other: Person, row: MessageRow, say: (lie: string) => void): void {
  if (row.mine) {
    if (row.state === 'failed') say(`${row.id} failed`)
    if (row.state === 'delivered' && !holds(other, row.id)) say(`${row.id} is not delivered`)
    return
  }
  const at = who
    .ever()
    .filter((r) => !r.mine)
    .findIndex((r) => r.id === row.id)
  if (written(other, who)[at]?.id !== row.id) say(`${row.id} is not message ${at + 1} of the other`)
}

/** What this person wrote, in order, but for what was taken back before it arrived. */
export function written(who: Person, other: Person): readonly MessageRow[] {
  const isSaid = ({ id }: MessageRow): boolean => who.disk.taken.get(id)?.state !== 'queued' || holds(other, id)
  return who.ever().filter((row) => row.mine && isSaid(row))
}

/** Or held it, and took it away. */
function holds(who: Person, id: string): boolean {
  return who.ever().some((r) => !r.mine && r.id === id)
}

/** Whether the other person has had this row of ours, or a later one, on the screen. */
function wasRead(who: Person, other: Person, seq: number): boolean {
  const id = who.ever().find((r) => r.mine && r.seq === seq)?.id
  const there = other.ever().find((r) => !r.mine && r.id === id)
  return there !== undefined && there.seq <= (contactOf(other)?.readTo ?? 0)
}

function looked(who: Person, other: Person, snapshot: Snapshot, say: (lie: string) => void): void {
  for (const { id, mine, state } of snapshot.open?.messages ?? []) {
    if (!mine || (state !== 'delivered' && state !== 'read')) continue
    const row = who.ever().find((r) => viewId(r) === id)
    if (!row || !holds(other, row.id)) say(`${id} is shown as ${state} and is not there`)
    if (row && state === 'read' && !wasRead(who, other, row.seq)) say(`${id} is shown as read and was not`)
  }
}

export const textsOf = (rows: readonly MessageRow[]): readonly string[] =>
  rows.map(({ body }) => (body.kind === 'text' ? body.text : ''))

/** Nobody tells how far they have read where what they read is gone. */
export function isReadBy(who: Person, other: Person): boolean {
  const there = new Set(other.rows().map(({ id }) => id))
  const known = who.rows().filter(({ mine, id }) => mine && there.has(id))
  const last = known.at(-1)?.seq ?? 0
  const named = new Set(known.map(viewId))
  const shown = who.page?.messenger.snapshot.open?.messages.filter(({ id }) => named.has(id)) ?? []
  return (contactOf(who)?.theyRead ?? 0) >= last && shown.every((m) => m.state === 'read') && other.ready
}
