/**
 * The life of an invite with its maker A and two openers, B and C, who may crash, reload and race; every frame may be lost.
 * No two openers are ever accepted; whoever was accepted can always go on; nobody waits for nothing.
 */
import { expect, test } from 'playwright/test'
import { explore } from './explore.ts'
import type { Move } from './explore.ts'

type Who = 'B' | 'C'
/** What an opener has: candidates it stored before a CONFIRM left, the one confirming, whether it was told "used". */
type Opener = {
  readonly candidates: readonly number[]
  readonly confirming: number
  readonly settled: boolean
  readonly told: boolean
}
type Session = { readonly n: number; readonly who: Who }
type State = {
  readonly made: number
  readonly disk: { readonly bound: Who | ''; readonly contact: Session | null }
  /** A's memory: whom its page believes to be bound, and the sessions it answered. */
  readonly page: { readonly bound: Who | ''; readonly answered: readonly Session[] }
  readonly openers: Readonly<Record<Who, Opener>>
  readonly calls: readonly Session[]
  readonly confirms: readonly Session[]
  readonly acks: readonly Session[]
  /** Everyone A ever said yes to. */
  readonly accepted: readonly Who[]
}
type Rules = {
  /** The binding is on disk before the reply leaves. */
  readonly bindsFirst: boolean
  /** An opener keeps the secrets of all its unconfirmed sessions, not only the newest. */
  readonly keepsCandidates: boolean
}
const RULES: Rules = { bindsFirst: true, keepsCandidates: true }
const SESSIONS = 3
const NEW: Opener = { candidates: [], confirming: 0, settled: false, told: false }
const START: State = {
  made: 0,
  disk: { bound: '', contact: null },
  page: { bound: '', answered: [] },
  openers: { B: NEW, C: NEW },
  calls: [],
  confirms: [],
  acks: [],
  accepted: [],
}
const without = (list: readonly Session[], s: Session): readonly Session[] => list.filter((x) => x.n !== s.n)
const setOpener = (s: State, who: Who, change: Partial<Opener>): State => ({
  ...s,
  openers: { ...s.openers, [who]: { ...s.openers[who], ...change } },
})
const withAccepted = (s: State, who: Who): readonly Who[] =>
  s.accepted.includes(who) ? s.accepted : [...s.accepted, who]

function moves(rules: Rules): (s: State) => readonly Move<State>[] {
  return (s) => [
    ...knocks(s, rules),
    ...opens(s, rules),
    ...confirmations(s),
    ...acknowledgements(s),
    ...reconnects(s),
    ...crashes(s),
  ]
}

/** HS1 reaches A. */
function knocks(s: State, rules: Rules): readonly Move<State>[] {
  const out: Move<State>[] = []
  for (const who of ['B', 'C'] as const) {
    const opener = s.openers[who]
    if (opener.settled || opener.told) continue
    if (s.disk.contact) {
      // A used notice never ends a join whose contact row exists.
      if (opener.candidates.length === 0) out.push({ name: `${who} told used`, to: setOpener(s, who, { told: true }) })
      continue
    }
    if (s.page.bound !== '' && s.page.bound !== who) {
      if (opener.candidates.length === 0) out.push({ name: `${who} refused`, to: setOpener(s, who, { told: true }) })
      continue
    }
    if (s.made >= SESSIONS) continue
    const session = { n: s.made + 1, who }
    const page = { bound: who, answered: [...s.page.answered, session] }
    const disk = rules.bindsFirst ? { ...s.disk, bound: who } : s.disk
    const answered: State = { ...s, made: session.n, page, disk, accepted: withAccepted(s, who) }
    out.push({ name: `${who} answered ${session.n}`, to: { ...answered, calls: [...s.calls, session] } })
    out.push({ name: `${who} answered ${session.n}, HS2 lost`, to: answered })
    if (rules.bindsFirst)
      out.push({ name: `bound to ${who}, crash before HS2`, to: { ...s, disk, page: { bound: who, answered: [] } } })
  }
  return out
}

/** HS2 came and the channel opened: the candidate is stored, then CONFIRM leaves (or a crash comes between). */
function opens(s: State, rules: Rules): readonly Move<State>[] {
  return s.calls.flatMap((session) => {
    const candidates = rules.keepsCandidates ? [...s.openers[session.who].candidates, session.n] : [session.n]
    const stored = { ...setOpener(s, session.who, { candidates }), calls: without(s.calls, session) }
    const confirming = setOpener(stored, session.who, { confirming: session.n })
    return [
      { name: `CONFIRM ${session.n}`, to: { ...confirming, confirms: [...s.confirms, session] } },
      { name: `stored ${session.n}, crash`, to: setOpener(stored, session.who, { confirming: 0 }) },
    ]
  })
}

function confirmations(s: State): readonly Move<State>[] {
  return s.confirms.flatMap((session) => {
    const lost = { ...s, confirms: without(s.confirms, session) }
    const out: Move<State>[] = [{ name: `lose CONFIRM ${session.n}`, to: lost }]
    if (!s.page.answered.some((x) => x.n === session.n)) return out
    const done: State = { ...lost, disk: { ...s.disk, contact: session }, page: { ...s.page, answered: [] } }
    out.push({ name: `take CONFIRM ${session.n}`, to: { ...done, acks: [...s.acks, session] } })
    out.push({ name: `take CONFIRM ${session.n}, crash before ACK`, to: done })
    return out
  })
}

function acknowledgements(s: State): readonly Move<State>[] {
  return s.acks.flatMap((session) => {
    const lost = { ...s, acks: without(s.acks, session) }
    const out: Move<State>[] = [{ name: `lose ACK ${session.n}`, to: lost }]
    if (s.openers[session.who].confirming !== session.n) return out
    out.push({
      name: `ACK ${session.n}`,
      to: setOpener(lost, session.who, { candidates: [session.n], confirming: 0, settled: true }),
    })
    return out
  })
}

/** Both have a contact with the same root: they meet on the pair's topic, whatever was lost before. */
function reconnects(s: State): readonly Move<State>[] {
  const contact = s.disk.contact
  if (!contact || s.openers[contact.who].settled || !s.openers[contact.who].candidates.includes(contact.n)) return []
  return [
    {
      name: `meet on pair ${contact.n}`,
      to: setOpener(s, contact.who, { candidates: [contact.n], confirming: 0, settled: true }),
    },
  ]
}

function crashes(s: State): readonly Move<State>[] {
  return [
    { name: 'A crashes', to: { ...s, page: { bound: s.disk.bound, answered: [] } } },
    ...(['B', 'C'] as const).map((who) => ({
      name: `${who} crashes`,
      to: { ...setOpener(s, who, { confirming: 0 }), calls: s.calls.filter((c) => c.who !== who) },
    })),
  ]
}

const onlyOne = (s: State): boolean => s.accepted.length <= 1
/** Whoever A stored holds the same secret, or they could not meet. */
const noLockOut = (s: State): boolean =>
  !s.disk.contact || s.openers[s.disk.contact.who].candidates.includes(s.disk.contact.n)
const holds = (s: State): boolean => onlyOne(s) && noLockOut(s)
/** An opener is settled, or the model has used up its handshakes (a real one would go on). */
const goal = (s: State): boolean =>
  s.openers.B.settled || s.openers.C.settled || (s.made >= SESSIONS && !s.disk.contact)

test('one opener at most, and it is never locked out', () => {
  const found = explore(START, moves(RULES), holds, goal)
  expect(found.broken).toBeUndefined()
  expect(found.stuck).toBeUndefined()
  expect(found.states).toBeGreaterThan(500)
})

for (const rule of ['bindsFirst', 'keepsCandidates'] as const) {
  test(`without the rule “${rule}” the model finds the fault`, () => {
    const found = explore(START, moves({ ...RULES, [rule]: false }), holds, goal)
    expect(found.broken ?? found.stuck).toBeDefined()
  })
}
