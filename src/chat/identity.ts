/** A new identity: one X25519 key, used in Noise only. */
import { publicKey } from '../protocol/primitives.ts'
import type { SecretKey } from '../protocol/primitives.ts'
import type { Profile, Random } from './ports.ts'

export function newProfile(random: Random): Profile {
  const identitySecret = random(32)
  return { name: '', identitySecret, identityPublic: publicKey(identitySecret as SecretKey), hideIp: false }
}
