/** From what is on disk to a state: the first thing the chat does. */
import { toHex } from '../protocol/bytes.ts'
import type { PublicKey, SecretKey } from '../protocol/primitives.ts'
import { HELLO_EVERY } from './limits.ts'
import type {
  Clock,
  Contact,
  History,
  InviteRow,
  Loaded,
  Offered,
  PeerFactory,
  Profile,
  Random,
  Rendezvous,
  StorageTrouble,
} from './ports.ts'
import type { Alert, Snapshot } from './snapshot.ts'
import { keepingFrom } from './keeping.ts'
import { effective } from './offers.ts'
import type { Join, State } from './state.ts'

/** Everything the messenger is built from. */
export type Deps = {
  readonly rendezvous: Rendezvous
  readonly peers: PeerFactory
  readonly history: History
  readonly clock: Clock
  readonly random: Random
  readonly settings: Offered
  /** By how much this device's clock is behind the host's, ms; undefined: the host did not say. */
  readonly clockOff?: number | undefined
  /** What to say from the start: configuration problems. */
  readonly alerts: readonly Alert[]
}

export const BLANK: Snapshot = {
  phase: 'starting',
  me: { name: '', hideIp: false, readReceipts: true, lockAfter: 0, lockHidden: false, installDeclined: false },
  chats: [],
  invites: [],
  joins: [],
  network: { relays: [], written: { relays: '', iceServers: '' }, lent: [], own: [], clockOff: 0, checks: [] },
  alerts: [],
  became: [],
}

export const DAMAGED: Alert = { id: 'storage-damaged', kind: 'storage-damaged' }

/** What a page shows that has not got the profile, or has it no more. */
export function phaseOf(trouble: StorageTrouble = 'fenced'): Snapshot['phase'] {
  switch (trouble) {
    case 'locked':
    case 'restoring':
    case 'blocked':
    case 'newer':
    case 'cleared':
      return trouble
    case 'fenced':
      return 'elsewhere'
    default:
      return 'no-storage'
  }
}

/** The same of a page that could not take it: for want of room a profile of a former version is not moved, nor a first one made. */
export function unclaimed(trouble: StorageTrouble): Snapshot['phase'] {
  return trouble === 'full' ? 'full' : phaseOf(trouble)
}

/** Stands in until an identity is made. */
export const NOBODY: Profile = {
  name: '',
  identitySecret: new Uint8Array(32),
  identityPublic: new Uint8Array(32),
  hideIp: false,
  readReceipts: true,
}

/** Of each link that somebody else tried once it was used. */
export function lateAlerts(invites: readonly InviteRow[], contacts: readonly Contact[]): readonly Alert[] {
  return invites.flatMap(({ id, topic, late }): Alert[] => {
    if (late === undefined) return []
    const contact = contacts.find((c) => c.inviteTopic === toHex(topic))
    return [{ id: `late-${id}`, kind: 'late-opener', name: late, ...(contact && { chatId: contact.id }) }]
  })
}

export function stateFrom(
  loaded: Loaded,
  profile: Profile,
  offered: Offered,
  alerts: readonly Alert[],
  now: number,
  clockOff?: number,
): State {
  const joins = loaded.joins.map((row): Join => ({ row, phase: row.pressed ? 'joining' : 'ready' }))
  const damaged: readonly Alert[] = loaded.damaged > 0 ? [DAMAGED] : []
  return {
    profile,
    keys: { secret: profile.identitySecret as SecretKey, public: profile.identityPublic as PublicKey },
    settings: effective(profile, offered),
    offered,
    clockOff: clockOff ?? 0,
    ...keepingFrom(loaded, now, clockOff !== undefined),
    checkRun: 0,
    checks: [],
    contacts: new Map(loaded.contacts.map((c) => [c.id, c])),
    invites: new Map(loaded.invites.map((i) => [i.id, i])),
    joins: new Map(joins.map((j) => [j.row.id, j])),
    blocked: new Set(loaded.blocked.map(toHex)),
    links: new Map(),
    last: loaded.last,
    tops: loaded.tops,
    relays: new Map(),
    visited: new Map(),
    again: [],
    startedAt: now,
    answeredAt: 0,
    beatAt: now + HELLO_EVERY,
    online: true,
    present: false,
    alerts: [...alerts, ...damaged, ...lateAlerts(loaded.invites, loaded.contacts)],
    became: new Map(),
    nextPeer: 1,
  }
}
