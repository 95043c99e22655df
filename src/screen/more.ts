/** What `fetched.tsx` fetches once the first screen can be used. */
export { ConnectionDialog } from './ConnectionDialog.tsx'
export { Findings } from './Findings.tsx'
export { LinkQr } from './LinkQr.tsx'
export { Locked } from './Locked.tsx'
export { Safety } from './Safety.tsx'
