/** Servers as a person writes them, and whether those answer: one of the ports. */
import type { Profile, ServerKind, Settings } from './ports.ts'

/** One server, tried on its own. `id`: its address. `skipped`: it would see the address that is to be hidden. */
export type Check = { readonly id: string } & (
  | { readonly state: 'testing' | 'skipped' }
  | { readonly state: 'answered'; readonly ms: number }
  | { readonly state: 'failed'; readonly why: CheckFailure }
)
/** No connection; one, and no answer in it; will not serve us; not with this password; the browser does not take it. */
export type CheckFailure = 'unreachable' | 'silent' | 'refused' | 'password' | 'unusable' | 'no-webrtc'

/** What a person writes about servers, and whether those answer. */
export interface Servers {
  read(
    kind: ServerKind,
    text: string,
  ): { readonly value: Pick<Profile, 'relays' | 'iceServers'> } | { readonly reason: string }
  /** Tries each on its own, STUN not with `relayOnly`; `on` gets all whenever one has an outcome. Only the last call counts. */
  probe(settings: Settings, on: (checks: readonly Check[]) => void): void
}
