/** What `fetched.tsx` fetches when somebody wants it. */
export { ByHand } from './ByHand.tsx'
export { DateDialog } from './DateDialog.tsx'
export { NoRelay } from './NoRelay.tsx'
export { ServerSettings } from './ServerSettings.tsx'
export { readShared } from './shared.ts'
export { Share } from './Share.tsx'
