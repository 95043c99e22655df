/** Which relays and ICE servers count: this person's own, else the page's. What they answer when they are tried. */
import { knockAt, makeLink } from './invitation.ts'
import type { Check, Offered, RelayState } from './ports.ts'
import { visitedRelays } from './places.ts'
import { nudge } from './presence.ts'
import { inviteOf, relaysOf } from './routes.ts'
import type { LineCause } from './snapshot.ts'
import { effective } from './offers.ts'
import type { Own } from './offers.ts'
import type { Turn } from './turn.ts'

const MENDABLE: readonly LineCause[] = ['nowhere-to-hide', 'networks', 'turn-refused']

/** The page offers others from now on. */
export function setOffered(turn: Turn, offered: Offered): void {
  turn.patch({ offered })
  use(turn)
}

/** The person wants others. */
export function setOwn(turn: Turn, own: Own): void {
  const hadRelays = turn.state.settings.relays.length > 0
  const { relays, iceServers, ...rest } = { ...turn.state.profile, ...own }
  const profile = { ...rest, ...(relays ? { relays } : {}), ...(iceServers ? { iceServers } : {}) }
  turn.patch({ profile, again: [] })
  heardChecks(turn, 0)
  turn.write({ op: 'profile', profile })
  use(turn)
  if (!hadRelays && turn.state.settings.relays.length > 0) remakeLinks(turn)
}

/** Links from before there was a relay name none and lead nowhere: they are made anew. Not one that goes by hand just now. */
function remakeLinks(turn: Turn): void {
  for (const { id, state, fragment } of turn.state.invites.values()) {
    const namesNone = fragment !== undefined && inviteOf(fragment).relays.length === 0
    if (state === 'open' && namesNone && turn.state.hand?.link !== id) makeLink(turn, id)
  }
}

/** What is known of relays counts while they are used: a link that named one may be joined by now, a last word come late. */
export function forgetUnusedRelays(turn: Turn): void {
  const { relays, visited } = turn.state
  const own = relaysOf(turn.state)
  const theirs = visited.size > 0 ? visitedRelays(turn.state).filter((relay) => !own.includes(relay)) : []
  const kept = [...relays].filter(([relay]) => own.includes(relay))
  const called = [...visited].filter(([relay]) => theirs.includes(relay))
  if (kept.length < relays.size) turn.patch({ relays: new Map(kept) })
  if (called.length < visited.size) turn.patch({ visited: new Map(called) })
}

/** Of a relay where we listen for everybody, or of one that is called for a contact’s sake only. */
export function heardRelay(turn: Turn, relay: string, state: RelayState): void {
  const { relays, visited } = turn.state
  if (relaysOf(turn.state).includes(relay)) turn.patch({ relays: new Map(relays).set(relay, state) })
  else turn.patch({ visited: new Map(visited).set(relay, state) })
}

/** Outcomes of a test; without any it begins. Those of an earlier one, of servers since replaced perhaps, are dropped. */
export function heardChecks(turn: Turn, run: number, checks?: readonly Check[]): void {
  if (!checks) turn.patch({ checkRun: run, checks: [] })
  else if (run === turn.state.checkRun) turn.patch({ checks })
}

/** Lines that have no trouble stay as they are; those that the new servers may help try again. */
function use(turn: Turn): void {
  turn.patch({ settings: effective(turn.state.profile, turn.state.offered) })
  for (const [id, { trouble }] of turn.state.links) {
    if (trouble === undefined || !MENDABLE.includes(trouble)) continue
    nudge(turn, id)
    knockAt(turn, id)
  }
}
