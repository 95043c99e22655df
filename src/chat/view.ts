/** From the state to what a screen may show. Says only what is so: no state is shown that was not reached. */
import { toHex } from '../protocol/bytes.ts'
import { hasTurn, lentOf, UNKNOWN } from './offers.ts'
import { LOOKING_FOR, RELAY_PATIENCE, UNFINISHED_AFTER } from './limits.ts'
import type { Contact, InviteRow, MessageRow, Profile, Settings } from './ports.ts'
import type {
  ChatSummary,
  InviteView,
  JoinView,
  Line,
  LineCause,
  MessageView,
  OpenChat,
  Snapshot,
  TimerView,
  Wire,
} from './snapshot.ts'
import { NO_TIMER } from './keeping.ts'
import type { Timer } from './timer.ts'
import { IDLE_LINK, isFound, isSpare, viewId } from './state.ts'
import type { Join, Link, Live, State } from './state.ts'

export function viewOf(state: State, now: number): Snapshot {
  const chats = [...state.contacts.values()].filter((c) => c.confirmed).map((c) => chatView(state, c, now))
  const invites = [...state.invites.values()]
    .filter((i) => i.state !== 'confirmed')
    .map((i) => inviteView(state, i, now))
  const open = openView(state)
  return {
    phase: 'ready',
    me: meView(state.profile),
    chats: chats.sort((a, b) => (b.last?.at ?? b.addedAt) - (a.last?.at ?? a.addedAt)),
    invites: invites.sort((a, b) => b.createdAt - a.createdAt),
    joins: [...state.joins.values()].map((j) => joinView(state, j, now)),
    network: networkView(state),
    alerts: state.alerts,
    became: [...becameOf(state)].map(([id, chatId]) => ({ id, chatId })),
    ...(open ? { open } : {}),
  }
}

function networkView({ relays, visited, settings, offered, profile, clockOff, checks }: State): Snapshot['network'] {
  const own = (['relays', 'iceServers'] as const).filter((kind) => profile[kind] !== undefined)
  const servers = (profile.iceServers ?? offered.iceServers).map((server) => JSON.stringify(server))
  const written = {
    relays: settings.relays.join('\n'),
    // Own servers that are none are written too: a field that is empty already could not be emptied.
    iceServers: servers.length > 0 || profile.iceServers ? `[${servers.join(',\n ')}]` : '',
  }
  const lent = lentOf(profile, offered)
  return { relays: [...relays, ...visited].map(([id, state]) => ({ id, state })), written, lent, own, clockOff, checks }
}

/** What this page saw, and what the disk still knows: a used link of ours by the topic its contact came from. */
function becameOf(state: State): ReadonlyMap<string, string> {
  const used = [...state.invites.values()].filter((i) => i.state === 'confirmed')
  if (used.length === 0) return state.became
  const chats = new Map([...state.contacts.values()].map((c) => [c.inviteTopic, c.id]))
  const known = used.flatMap((i): [string, string][] => {
    const chatId = chats.get(toHex(i.topic))
    return chatId === undefined ? [] : [[i.id, chatId]]
  })
  return new Map([...known, ...state.became])
}

function meView(profile: Profile): Snapshot['me'] {
  const { name, hideIp, readReceipts, lockAfter = 0, lockHidden = false, installDeclined = false } = profile
  return { name, hideIp, readReceipts, lockAfter, lockHidden, installDeclined }
}

export function displayName(contact: Contact): string {
  return contact.petname || contact.claimedName
}

function chatView(state: State, contact: Contact, now: number): ChatSummary {
  const last = state.last.get(contact.id)
  return {
    id: contact.id,
    name: displayName(contact),
    verified: contact.verified,
    hideIp: contact.hideIp,
    unread: contact.unread,
    line: contactLine(state, contact, now),
    addedAt: contact.addedAt,
    keepFor: contact.keepFor ?? 0,
    timer: timerView(contact.timer),
    ...(last ? { last: lastView(last) } : {}),
  }
}

function timerView({ n, seconds, pending }: Timer = NO_TIMER): TimerView {
  return { n, seconds, ...(pending ? { pending } : {}) }
}

function lastView(row: MessageRow): NonNullable<ChatSummary['last']> {
  const { mine, at, body } = row
  return { text: textOf(row) ?? '', isTimer: body.kind === 'timer', mine, at, arrived: hasArrived(row) }
}

/** Theirs here, or ours there. */
function hasArrived({ mine, state }: MessageRow): boolean {
  return !mine || state === 'delivered' || state === 'read'
}

function textOf(row: MessageRow): string | undefined {
  return row.body.kind === 'text' ? row.body.text : undefined
}

/** `readTo`: up to which seq the other side says it has read; what it has not acknowledged is never shown as read. */
function messageView(row: MessageRow, link: Link, readTo: number, timer: Timer | undefined): MessageView {
  const text = textOf(row)
  const state = stateOf(row, link, readTo)
  return {
    id: viewId(row),
    mine: row.mine,
    at: row.at,
    ...(text === undefined ? {} : { text }),
    ...(state ? { state } : {}),
    ...timeView(row, timer),
  }
}

function timeView({ mine, body }: MessageRow, timer: Timer | undefined): Pick<MessageView, 'timer' | 'expireAfter'> {
  if (body.kind === 'text' && body.expireAfter) return { expireAfter: body.expireAfter }
  if (body.kind !== 'timer') return {}
  const { act, n, seconds } = body
  const { pending } = timer ?? {}
  const asks = !mine && act === 'suggest' && n === timer?.n && pending?.mine === false && !pending.declined
  return { timer: { act, n, seconds, asks } }
}

function stateOf({ id, seq, state }: MessageRow, link: Link, readTo: number): MessageView['state'] {
  if (state === 'queued' && link.live?.inflight.has(id)) return 'sent'
  return state === 'delivered' && seq <= readTo ? 'read' : state
}

function openView(state: State): OpenChat | undefined {
  const { open } = state
  const contact = open && state.contacts.get(open.id)
  if (!open || !contact?.confirmed) return undefined
  const link = state.links.get(open.id) ?? IDLE_LINK
  const readTo = state.profile.readReceipts ? contact.theyRead : 0
  return {
    id: open.id,
    messages: open.rows.map((row) => messageView(row, link, readTo, contact.timer)),
    hasEarlier: open.hasEarlier,
    hasLater: open.hasLater,
    draft: contact.draft,
    stopped: contact.stopped,
    askVerify: !contact.verified && !contact.hintDismissed,
    ...(open.target ? { target: open.target } : {}),
    ...(open.newFrom ? { newFrom: open.newFrom } : {}),
  }
}

function inviteView(state: State, invite: InviteRow, now: number): InviteView {
  const { id, createdAt, expiresAt, fragment } = invite
  return {
    id,
    state: invite.state === 'confirmed' ? 'bound' : invite.state,
    createdAt,
    expiresAt,
    line: inviteLine(state, invite, now),
    ...(fragment === undefined ? {} : { fragment: `#/join/${fragment}` }),
  }
}

function joinView(state: State, join: Join, now: number): JoinView {
  return { id: join.row.id, phase: join.phase, line: joinLine(state, join, now) }
}

function failed(cause: LineCause): Line {
  return { state: 'failed', cause }
}

/** What came of the last tries, if it was bad. */
export function troubleOf({ trouble }: Link, { iceServers }: Settings): LineCause | undefined {
  if (trouble === 'networks' && !hasTurn(iceServers)) return 'needs-turn'
  return trouble === 'lost' ? undefined : trouble
}

/** What keeps a line from existing, whoever it leads to. Of a contact: relays where only they are looked for, and whether to hide from them. */
function obstacle(
  state: State,
  link: Link,
  now: number,
  { relays: theirs = [], hideIp = false }: Partial<Pick<Contact, 'relays' | 'hideIp'>> = {},
): Line | undefined {
  if (!state.online) return { state: 'offline' }
  if (state.offered === UNKNOWN) return { state: 'connecting', cause: 'looking' }
  if (link.attempts.some(isFound)) return { state: 'connecting', cause: 'found' }
  const hidden = state.profile.hideIp || state.settings.relayOnly
  if (hidden && !hasTurn(state.settings.iceServers)) return failed('nowhere-to-hide')
  const trouble = troubleOf(link, state.settings)
  if (trouble) return failed(trouble)
  if (hideIp && !hasTurn(state.settings.iceServers)) return failed('nowhere-to-hide')
  const known = [...state.relays.values(), ...theirs.flatMap((relay) => state.visited.get(relay) ?? [])]
  if (known.includes('open')) return undefined
  if (known.length === 0 && state.settings.relays.length === 0) return failed('no-relay-named')
  // Since the page began, or the person asked to try again.
  const isOver = (from: number): boolean => Math.abs(now - from) > RELAY_PATIENCE
  if (isOver(state.startedAt) && isOver(link.since)) return failed('no-relay')
  return { state: 'connecting', cause: 'looking' }
}

/** On a line through a TURN server they see that server's address; on any other the one our packets come from. */
function wireOf({ ends, told }: Live): Wire {
  const from = ends && ends.mine.kind !== 'relay' ? [ends.mine] : []
  const all = [...told, ...from]
  const shown = all.filter((place, i) => all.findIndex((p) => p.address === place.address) === i)
  return { sameNetwork: ends?.sameNetwork ?? false, shown, ...(ends ? { theirs: ends.theirs } : {}) }
}

function contactLine(state: State, contact: Contact, now: number): Line {
  const link = state.links.get(contact.id) ?? IDLE_LINK
  if (contact.stopped) return failed('stopped')
  if (link.live) return { state: link.live.path, wire: wireOf(link.live) }
  const line = obstacle(state, link, now, contact)
  if (line) return line
  if (now < link.recoverUntil) return { state: 'waiting', cause: 'continued' }
  if (link.attempts.some((a) => !isSpare(a))) return { state: 'connecting', cause: 'looking' }
  if (link.trouble === 'lost' && now - link.since < LOOKING_FOR) return { state: 'connecting', cause: 'lost' }
  if (now - state.startedAt < RELAY_PATIENCE) return { state: 'connecting', cause: 'looking' }
  return { state: 'waiting', cause: 'absent' }
}

function inviteLine(state: State, invite: InviteRow, now: number): Line {
  if (invite.state === 'withdrawn' || invite.state === 'expired') return { state: 'offline' }
  const link = state.links.get(invite.id) ?? IDLE_LINK
  const line = obstacle(state, link, now)
  if (line) return line
  const unfinished = invite.state === 'bound' && now - (invite.boundAt ?? now) > UNFINISHED_AFTER
  return { state: 'waiting', cause: unfinished ? 'link-unfinished' : 'link-unopened' }
}

function joinLine(state: State, join: Join, now: number): Line {
  const link = state.links.get(join.row.id) ?? IDLE_LINK
  if (join.phase !== 'joining') return { state: 'offline' }
  const line = obstacle(state, link, now)
  if (line) return line
  return now - link.since > LOOKING_FOR
    ? { state: 'waiting', cause: 'inviter-absent' }
    : { state: 'connecting', cause: 'looking' }
}

/** The earliest moment after `now` at which the same state is shown in other words; Infinity if never. */
export function nextViewChange(state: State, now: number): number {
  const moments = [state.startedAt + RELAY_PATIENCE]
  for (const link of state.links.values())
    if (!link.live) moments.push(link.since + RELAY_PATIENCE, link.since + LOOKING_FOR, link.recoverUntil)
  for (const invite of state.invites.values())
    if (invite.boundAt !== undefined) moments.push(invite.boundAt + UNFINISHED_AFTER)
  return Math.min(...moments.filter((at) => at >= now).map((at) => at + 1), Infinity)
}
