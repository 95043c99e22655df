/**
 * The pair secret is rolled at every reconnection, and either side may crash or lose a frame between any two steps. The
 * initiator's secret must always be one of the responder's two, or they could never meet again.
 */
import { expect, test } from 'playwright/test'
import { explore } from './explore.ts'
import type { Move } from './explore.ts'

/** Secrets and sessions are small numbers: session n runs under `psk` and its next secret is n. */
type Session = { readonly n: number; readonly psk: number }
type State = {
  readonly made: number
  readonly initiator: {
    readonly current: number
    readonly calls: readonly Session[]
    readonly confirming: readonly Session[]
  }
  readonly responder: { readonly two: readonly number[]; readonly answered: readonly Session[] }
  readonly confirms: readonly Session[]
  readonly acks: readonly Session[]
}
type Rules = {
  /** The responder keeps the secret the session ran under beside the next one. */
  readonly keepsBoth: boolean
  /** The initiator abandons an unacknowledged session before it confirms another. */
  readonly oneConfirming: boolean
  /** The responder ends every other attempt when it takes a CONFIRM. */
  readonly dropsOthers: boolean
}
const RULES: Rules = { keepsBoth: true, oneConfirming: true, dropsOthers: true }
const SESSIONS = 3

const START: State = {
  made: 0,
  initiator: { current: 0, calls: [], confirming: [] },
  responder: { two: [0], answered: [] },
  confirms: [],
  acks: [],
}

const without = (list: readonly Session[], s: Session): readonly Session[] => list.filter((x) => x.n !== s.n)

function moves(rules: Rules): (s: State) => readonly Move<State>[] {
  return (s) => [...handshakes(s), ...confirms(s, rules), ...deliveries(s, rules), ...crashes(s)]
}

function handshakes(s: State): readonly Move<State>[] {
  if (s.made >= SESSIONS || !s.responder.two.includes(s.initiator.current)) return []
  const session = { n: s.made + 1, psk: s.initiator.current }
  const answered = { ...s.responder, answered: [...s.responder.answered, session] }
  return [
    {
      name: `HS ${session.n}`,
      to: {
        ...s,
        made: session.n,
        responder: answered,
        initiator: { ...s.initiator, calls: [...s.initiator.calls, session] },
      },
    },
    { name: `HS2 ${session.n} lost`, to: { ...s, made: session.n, responder: answered } },
  ]
}

function confirms(s: State, rules: Rules): readonly Move<State>[] {
  return s.initiator.calls.map((session) => ({
    name: `send CONFIRM ${session.n}`,
    to: {
      ...s,
      initiator: {
        ...s.initiator,
        calls: without(s.initiator.calls, session),
        confirming: rules.oneConfirming ? [session] : [...s.initiator.confirming, session],
      },
      confirms: [...s.confirms, session],
    },
  }))
}

function deliveries(s: State, rules: Rules): readonly Move<State>[] {
  const out: Move<State>[] = []
  for (const session of s.confirms) {
    const lost = { ...s, confirms: without(s.confirms, session) }
    out.push({ name: `lose CONFIRM ${session.n}`, to: lost })
    if (!s.responder.answered.some((x) => x.n === session.n)) continue
    const two = rules.keepsBoth ? [session.psk, session.n] : [session.n]
    const answered = rules.dropsOthers ? [] : without(s.responder.answered, session)
    const taken = { ...lost, responder: { two, answered } }
    out.push({ name: `CONFIRM ${session.n}`, to: { ...taken, acks: [...s.acks, session] } })
    out.push({ name: `CONFIRM ${session.n}, crash before ACK`, to: { ...taken, responder: { two, answered: [] } } })
  }
  for (const session of s.acks) {
    const lost = { ...s, acks: without(s.acks, session) }
    out.push({ name: `lose ACK ${session.n}`, to: lost })
    if (!s.initiator.confirming.some((x) => x.n === session.n)) continue
    // On ACK every attempt made under the old secret ends.
    out.push({
      name: `ACK ${session.n}`,
      to: { ...lost, initiator: { current: session.n, calls: [], confirming: [] } },
    })
  }
  return out
}

function crashes(s: State): readonly Move<State>[] {
  return [
    { name: 'initiator crashes', to: { ...s, initiator: { ...s.initiator, calls: [], confirming: [] } } },
    { name: 'responder crashes', to: { ...s, responder: { ...s.responder, answered: [] } } },
  ]
}

const holds = (s: State): boolean => s.responder.two.includes(s.initiator.current)
const goal = (): boolean => true

test('the initiator’s secret is always one of the responder’s two', () => {
  const found = explore(START, moves(RULES), holds, goal)
  expect(found.broken).toBeUndefined()
  expect(found.states).toBeGreaterThan(500)
})

for (const rule of ['keepsBoth', 'oneConfirming', 'dropsOthers'] as const) {
  test(`without the rule “${rule}” the model finds a lock-out`, () => {
    const found = explore(START, moves({ ...RULES, [rule]: false }), holds, goal)
    expect(found.broken).toBeDefined()
  })
}
