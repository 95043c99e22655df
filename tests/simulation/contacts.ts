/** Contacts of somebody who met them long ago, and who are never there. */
import type { Contact } from '../../src/chat/ports.ts'
import type { World } from './world.ts'

export function strangers(world: World, count: number): readonly Contact[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `c${i}`,
    key: world.random(32),
    claimedName: '',
    petname: '',
    addedAt: 0,
    verified: false,
    stopped: false,
    confirmed: true,
    pairs: [{ root: world.random(32), id: world.random(32), psks: [world.random(32)] }],
    inviteTopic: '',
    unread: 0,
    draft: '',
    hintDismissed: true,
    hideIp: false,
    readTo: 0,
    theyRead: 0,
  }))
}
