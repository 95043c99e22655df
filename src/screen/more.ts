/** What `fetched.tsx` fetches once the first screen can be used. */
export { Findings } from './Findings.tsx'
export { Invite } from './Invite.tsx'
export { LinkQr } from './LinkQr.tsx'
export { Locked } from './Locked.tsx'
export { Safety } from './Safety.tsx'
