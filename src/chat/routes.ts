/** Which topics this page listens on, and what each is for. */
import { compare, equal, toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { dayKeys } from '../protocol/topics.ts'
import type { TopicKeys } from '../protocol/topics.ts'
import { inviteKeys, parseInvite } from '../protocol/invite.ts'
import type { Invite } from '../protocol/invite.ts'
import type { BoxKey, PublicKey } from '../protocol/primitives.ts'
import { DAY, DAY_OVERLAP, MAX_RELAYS } from './limits.ts'
import type { InviteRow } from './ports.ts'
import type { Route, State } from './state.ts'

/** Derived keys are the same for the same secret and day; deriving them for a thousand contacts at every step is not free. */
const dayCache = new WeakMap<Bytes, Map<number, TopicKeys>>()
const inviteCache = new Map<string, Invite>()

function keysOfDay(root: Bytes, day: number): TopicKeys {
  const days = dayCache.get(root) ?? new Map<number, TopicKeys>()
  dayCache.set(root, days)
  const keys = days.get(day) ?? dayKeys(root, day)
  days.set(day, keys)
  // Days that are over are met no more; the keys of at most three are ever wanted at once.
  for (const old of days.keys()) if (Math.abs(old - day) > 1) days.delete(old)
  return keys
}

/** Parsed form of an invite this device holds (it was valid when stored). Throws ProtocolError. */
export function inviteOf(fragment: string): Invite {
  const known = inviteCache.get(fragment)
  if (known) return known
  if (inviteCache.size > 64) inviteCache.clear()
  const invite = parseInvite(fragment)
  inviteCache.set(fragment, invite)
  return invite
}

/** Drops parsed invites from memory: their secrets are spent. */
export function forgetInvite(fragment: string | undefined): void {
  if (fragment !== undefined) inviteCache.delete(fragment)
}

/** The UTC days whose topics count at `now`: today, and a neighbour within two hours of midnight. */
export function daysAt(now: number): readonly number[] {
  const today = Math.floor(now / DAY)
  const into = now - today * DAY
  if (into < DAY_OVERLAP) return [today, today - 1]
  if (into > DAY - DAY_OVERLAP) return [today, today + 1]
  return [today]
}

/** When `daysAt` changes next. */
export function nextDayChange(now: number): number {
  const start = Math.floor(now / DAY) * DAY
  return [start + DAY_OVERLAP, start + DAY - DAY_OVERLAP + 1, start + DAY].find((t) => t > now) ?? start + DAY
}

export function initiates(state: State, theirKey: Uint8Array): boolean {
  return compare(state.keys.public, theirKey) > 0
}

function inviteRoute(invite: InviteRow): Route {
  const keys = { topic: invite.topic, keyI: invite.keyI as BoxKey, keyR: invite.keyR as BoxKey }
  return { link: invite.id, of: 'invite', keys, topic: toHex(invite.topic), role: 'responder' }
}

function joinRoute(id: string, fragment: string): Route {
  const keys = inviteKeys(inviteOf(fragment).secret)
  return { link: id, of: 'join', keys, topic: toHex(keys.topic), role: 'initiator' }
}

/** All routes by topic (hex). Contacts that were stopped are not listened for; joins only once pressed. */
export function routesOf(state: State, now: number): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>()
  for (const invite of state.invites.values()) {
    const route = inviteRoute(invite)
    routes.set(route.topic, route)
  }
  for (const { row, phase } of state.joins.values()) {
    if (!row.pressed || phase !== 'joining') continue
    const route = joinRoute(row.id, row.fragment)
    routes.set(route.topic, route)
  }
  for (const contact of state.contacts.values()) {
    if (contact.stopped) continue
    const role = initiates(state, contact.key) ? 'initiator' : 'responder'
    for (const pair of contact.pairs) {
      for (const day of daysAt(now)) {
        const keys = keysOfDay(pair.root, day)
        const topic = toHex(keys.topic)
        routes.set(topic, { link: contact.id, of: 'contact', keys, topic, role, pair })
      }
    }
  }
  return routes
}

/** The ways to one link for boxes passed by hand: also to a join that no relay has been asked for. */
export function handRoutesOf(state: State, id: string, now: number): readonly Route[] {
  const { row, phase } = state.joins.get(id) ?? {}
  const join = row && phase === 'ready' ? [joinRoute(id, row.fragment)] : []
  const isOver = state.invites.has(id) && state.invites.get(id)?.fragment === undefined
  const others = isOver ? [] : [...routesOf(state, now).values()].filter((route) => route.link === id)
  return [...join, ...others].map((route) => ({ ...route, byHand: true }))
}

/** The key the other side of a link must have; undefined while an invite is open to anyone. */
export function expectedKey(state: State, link: string): PublicKey | undefined {
  const fragment = state.joins.get(link)?.row.fragment
  const key = state.contacts.get(link)?.key ?? state.invites.get(link)?.boundTo
  return (key as PublicKey | undefined) ?? (fragment ? inviteOf(fragment).inviter : undefined)
}

/** The links that are in use and lead to this person only. */
export function linksWith(state: State, them: Uint8Array): readonly string[] {
  return [...state.links.keys()].filter((id) => equal(expectedKey(state, id) ?? new Uint8Array(0), them))
}

/** Whether this person must not learn our addresses: asked for by the person here, by the host, or for this contact. */
export function hidesFrom(state: State, them: Uint8Array | undefined): boolean {
  if (state.profile.hideIp || state.settings.relayOnly) return true
  return them !== undefined && [...state.contacts.values()].some((c) => c.hideIp && equal(c.key, them))
}

/** The relays to use: the settings', and those named in links that are being joined. */
export function relaysOf(state: State): readonly string[] {
  const joining = [...state.joins.values()].filter((j) => j.phase === 'joining').map((j) => inviteOf(j.row.fragment))
  // No host is told of an address by the link of somebody that it is hidden from.
  const hints = joining.flatMap(({ inviter, relays }) => (hidesFrom(state, inviter) ? [] : relays))
  return [...new Set([...state.settings.relays, ...hints])].slice(0, MAX_RELAYS)
}
