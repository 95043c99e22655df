/** From what is on disk to a state: the first thing the chat does. */
import { toHex } from '../protocol/bytes.ts'
import { publicKey } from '../protocol/primitives.ts'
import type { PublicKey, SecretKey } from '../protocol/primitives.ts'
import type { Loaded, Profile, Random, Settings } from './ports.ts'
import type { Alert } from './snapshot.ts'
import type { Join, State } from './state.ts'

/** A new identity: one X25519 key, used in Noise only. */
export function firstProfile(random: Random): Profile {
  const identitySecret = random(32)
  return { name: '', identitySecret, identityPublic: publicKey(identitySecret as SecretKey), hideIp: false }
}

export function stateFrom(
  loaded: Loaded,
  profile: Profile,
  settings: Settings,
  alerts: readonly Alert[],
  now: number,
): State {
  const joins = loaded.joins.map((row): Join => ({ row, phase: row.pressed ? 'joining' : 'ready' }))
  const damaged: readonly Alert[] = loaded.damaged > 0 ? [{ id: 'storage-damaged', kind: 'storage-damaged' }] : []
  return {
    profile,
    keys: { secret: profile.identitySecret as SecretKey, public: profile.identityPublic as PublicKey },
    settings,
    contacts: new Map(loaded.contacts.map((c) => [c.id, c])),
    invites: new Map(loaded.invites.map((i) => [i.id, i])),
    joins: new Map(joins.map((j) => [j.row.id, j])),
    blocked: new Set(loaded.blocked.map(toHex)),
    links: new Map(),
    last: loaded.last,
    relays: new Map(),
    startedAt: now,
    online: true,
    present: false,
    alerts: [...alerts, ...damaged],
    nextPeer: 1,
  }
}
