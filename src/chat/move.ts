/** A move to another device of the same person, over a line of its own. Fetched when somebody wants one. */
import { Giver } from './move-give.ts'
import type { Ways } from './move-meeting.ts'
import { Taker } from './move-take.ts'
import type { Move } from './move-view.ts'
import { namedRelays } from './places.ts'
import type { State } from './state.ts'

/** `state`: of the profile that is here, which is let go of later. `rendezvous`: makes one beside that of the chats. */
export function makeMove(
  state: State,
  { rendezvous, ...rest }: Pick<Ways, 'peers' | 'clock' | 'random'> & { readonly rendezvous: () => Ways['rendezvous'] },
): Move {
  const { relays, iceServers, relayOnly } = state.settings
  const ways = (): Ways => ({
    ...rest,
    rendezvous: rendezvous(),
    relays,
    named: namedRelays(state),
    iceServers,
    relayOnly: relayOnly || state.profile.hideIp,
  })
  return {
    give: (write, on) => new Giver(ways(), write, on),
    take: (fragment, pieces, keep, on) => new Taker(ways(), fragment, { pieces, keep }, on),
  }
}
