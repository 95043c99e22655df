import type { InviteView, JoinView, Snapshot } from '../chat/snapshot.ts'

export const isWaiting = (invite: InviteView): boolean => invite.state === 'open' || invite.state === 'bound'

export const isPending = (join: JoinView): boolean => join.phase === 'ready' || join.phase === 'joining'

/** The first visit, or everything gone: no chats, and no links that still wait. */
export const isEmpty = (state: Snapshot): boolean =>
  state.chats.length === 0 && !state.invites.some(isWaiting) && !state.joins.some(isPending)
