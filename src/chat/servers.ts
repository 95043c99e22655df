/** Which relays and ICE servers count: this person's own, else the page's. What they answer when they are tried. */
import { knockAt, makeLink } from './invitation.ts'
import type { Check, Offered } from './ports.ts'
import { visitedRelays } from './places.ts'
import { nudge } from './presence.ts'
import { relaysOf } from './routes.ts'
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
  turn.patch({ profile })
  heardChecks(turn, 0)
  turn.write({ op: 'profile', profile })
  use(turn)
  if (!hadRelays && turn.state.settings.relays.length > 0) remakeLinks(turn)
}

/** Links from before there was a relay name none and lead nowhere: they are made anew. Not one that goes by hand just now. */
function remakeLinks(turn: Turn): void {
  for (const { id, state } of turn.state.invites.values())
    if (state === 'open' && turn.state.hand?.link !== id) makeLink(turn, id)
}

/** What is known of relays counts while they are used: a link that named one may be joined by now, a last word come late. */
export function forgetUnusedRelays(turn: Turn): void {
  const used = [...relaysOf(turn.state), ...visitedRelays(turn.state)]
  const kept = [...turn.state.relays].filter(([relay]) => used.includes(relay))
  if (kept.length < turn.state.relays.size) turn.patch({ relays: new Map(kept) })
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
