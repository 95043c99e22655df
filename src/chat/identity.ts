/** Whose device this is: one X25519 key, used in Noise only; and with it, what the chat begins with. */
import { publicKey } from '../protocol/primitives.ts'
import type { SecretKey } from '../protocol/primitives.ts'
import type { History, Loaded, Offered, Profile, Random } from './ports.ts'
import { stateFrom, type Deps } from './start.ts'
import type { State } from './state.ts'

function newProfile(random: Random): Profile {
  const identitySecret = random(32)
  return {
    name: '',
    identitySecret,
    identityPublic: publicKey(identitySecret as SecretKey),
    hideIp: false,
    readReceipts: true,
  }
}

/**
 * The profile on disk, or a new one once it is there. Undefined where one is there that cannot be read: it is not replaced,
 * since with its key every contact would be gone. Throws StorageError.
 */
async function profileOf(loaded: Loaded, history: History, random: Random): Promise<Profile | undefined> {
  if (loaded.profile || loaded.damaged > 0) return loaded.profile
  const profile = newProfile(random)
  await history.commit([{ op: 'profile', profile }])
  return profile
}

/** What a claimed profile begins with, and a new one is made; undefined: what is on disk is not whole. */
export async function firstState(deps: Deps, loaded: Loaded, settings: Offered): Promise<State | undefined> {
  const { history, random, clock, clockOff, alerts } = deps
  const profile = await profileOf(loaded, history, random)
  return profile && stateFrom(loaded, profile, settings, alerts, clock.now(), clockOff)
}
