/** What `fetched.tsx` fetches. */
export { ByHand } from './ByHand.tsx'
export { ConnectionDialog } from './ConnectionDialog.tsx'
export { LinkQr } from './LinkQr.tsx'
export { NoRelay } from './NoRelay.tsx'
export { Locked } from './Locked.tsx'
export { Safety } from './Safety.tsx'
export { Settings } from './Settings.tsx'
