/** Which servers count, for the first screen too: nothing here may bring the engine with it. */
import type { IceServer, Offered, Profile, Settings } from './ports.ts'

/** Before the page's own files are read: nothing may be concluded from what is missing here. */
export const UNKNOWN: Settings = { relays: [], iceServers: [], relayOnly: false }

/** Undefined: the page's again. */
export type Own = {
  readonly relays?: Profile['relays'] | undefined
  readonly iceServers?: Profile['iceServers'] | undefined
}

export function effective({ relays, iceServers }: Own, { lent = [], ...offered }: Offered): Settings {
  return { ...offered, relays: relays ?? offered.relays, iceServers: iceServers ?? [...offered.iceServers, ...lent] }
}

/** The addresses of what the page lends, while it counts. */
export function lentOf({ iceServers }: Own, { lent = [] }: Offered): readonly string[] {
  return iceServers ? [] : lent.flatMap((server) => server.urls)
}

export function hasTurn(servers: readonly IceServer[]): boolean {
  return servers.some((s) => (typeof s.urls === 'string' ? [s.urls] : s.urls).some((url) => /^turns?:/i.test(url)))
}
