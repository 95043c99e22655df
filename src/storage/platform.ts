/** What this program needs of a browser to keep anything. */
import { StorageError } from '../chat/ports.ts'

/** Missing in old browsers and wherever the page did not come over https or from this device. */
export function requirePlatform(): void {
  const page: { indexedDB?: unknown; BroadcastChannel?: unknown } = globalThis
  const { subtle }: { subtle?: unknown } = globalThis.crypto
  const { locks }: { locks?: unknown } = navigator
  const needed = [page.indexedDB, page.BroadcastChannel, subtle, locks]
  if (needed.some((feature) => feature === undefined || feature === null)) throw new StorageError('unavailable')
}
