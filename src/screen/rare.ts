/** What `fetched.tsx` fetches when somebody wants it. */
export { ByHand } from './ByHand.tsx'
export { DateDialog } from './DateDialog.tsx'
export { LockMore } from './LockMore.tsx'
export { NoRelay } from './NoRelay.tsx'
export { PassphraseDialog } from './PassphraseDialog.tsx'
export { ServerSettings } from './ServerSettings.tsx'
