/** What `fetched.tsx` fetches once the first screen can be used. */
export { Chat } from './Chat.tsx'
export { Invite } from './Invite.tsx'
export { LinkQr } from './LinkQr.tsx'
export { Locked } from './Locked.tsx'
