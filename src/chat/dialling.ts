/**
 * An offer on its way to be made: a channel gathers, and the nonces that it is for wait.
 * NOT here: what is sent once it is there (calling.ts), how a channel is asked for (handshaking.ts).
 */
import type { Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { inviteKeys } from '../protocol/invite.ts'
import type { Psk } from '../protocol/primitives.ts'
import { recoverPsk } from '../protocol/topics.ts'
import { dial, mayRecover } from './handshaking.ts'
import { GATHER_WITHIN } from './limits.ts'
import { hasTurn } from './offers.ts'
import { hidesFrom, inviteOf, routesOf } from './routes.ts'
import type { Route } from './state.ts'
import type { Turn } from './turn.ts'

/**
 * The other side may be here in a moment, as after a reload: an offer is gathered for whichever nonce comes. Only for the chat that
 * somebody looks at, since each costs sockets, and not where it would take a place at a TURN server.
 */
export function prepare(turn: Turn, contactId: string): void {
  const { state, env } = turn
  const { live, attempts } = turn.link(contactId)
  if (state.open?.id !== contactId || !state.present || live || attempts.length > 0) return
  if (hidesFrom(state, state.contacts.get(contactId)?.key) || hasTurn(state.settings.iceServers)) return
  const route = [...routesOf(state, env.now).values()].find((r) => r.link === contactId)
  if (route?.role === 'initiator') offer(turn, route)
}

/** Dials, and calls these nonces as soon as there is an offer. */
export function offer(turn: Turn, route: Route, ...nonces: readonly Bytes[]): void {
  const dialled = dial(turn, route, true)
  if (!dialled) return
  turn.setAttempt(route.link, {
    role: 'initiator',
    phase: 'gathering',
    ...dialled,
    route,
    psk: pskOf(turn, route),
    until: turn.env.now + GATHER_WITHIN,
    nonces,
    calls: [],
    theirName: '',
  })
}

function pskOf(turn: Turn, route: Route): Psk {
  if (route.pair) return mayRecover(turn, route.link) ? recoverPsk(route.pair.root) : (route.pair.psks[0] as Psk)
  const join = turn.state.joins.get(route.link)
  if (!join) throw new ProtocolError('state')
  return inviteKeys(inviteOf(join.row.fragment).secret).psk
}
