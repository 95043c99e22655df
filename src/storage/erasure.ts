/** The end of a profile, among the tabs that may have it. */

/** What the other tabs are told. */
const ERASED = 'erased'

export type Erasure = {
  /** Whether another tab erases, or did. */
  readonly isErased: boolean
  /** Tells the others, and lets them look whether anything is left only when it is over. */
  during(erase: () => Promise<void>): Promise<void>
  /** Whether there is no database of this program, once nobody erases any more. */
  isEmpty(): Promise<boolean>
  /** Calls back when another tab erases: from then on nothing may be kept here either. */
  onErased(run: () => void): void
}

/** One for each page: a tab hears nothing of what it says itself. */
export function makeErasure(databaseName: string): Erasure {
  const name = `${databaseName}-end`
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(name) : undefined
  let isErased = false
  const onErased = (run: () => void): void =>
    channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data === ERASED) run()
    })
  onErased(() => (isErased = true))
  return {
    get isErased() {
      return isErased
    },
    async during(erase) {
      await navigator.locks.request(name, async () => {
        channel?.postMessage(ERASED)
        await erase()
      })
    },
    async isEmpty() {
      try {
        return await navigator.locks.request(name, { mode: 'shared' }, async () =>
          (await indexedDB.databases()).every((one) => !one.name?.startsWith(databaseName)),
        )
      } catch {
        return false
      }
    },
    onErased,
  }
}
