/** What `fetched.tsx` fetches when somebody wants it. */
export { ByHand } from './ByHand.tsx'
export { DateDialog } from './DateDialog.tsx'
export { DiskEnd } from './DiskEnd.tsx'
export { NoRelay } from './NoRelay.tsx'
export { LeaveDialog } from './LeaveDialog.tsx'
export { RenameDialog } from './RenameDialog.tsx'
export { Settings } from './Settings.tsx'
