/** What `fetched.ts` fetches. */
export { ByHand } from './ByHand.tsx'
export { ConnectionDialog } from './ConnectionDialog.tsx'
export { Safety } from './Safety.tsx'
export { Settings } from './Settings.tsx'
