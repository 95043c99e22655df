import { onCleanup } from 'solid-js'

export type Later = {
  /** (Re)starts the wait. */
  soon(): void
  /** Runs what waits, now. */
  now(): void
}

/** Who never pauses must not lose everything with the page. */
const MOST_WAITS = 5

/** Runs `run` once after `ms` of quiet, after five such waits without it, or at the latest when the page or its owner goes away. */
export function createLater(ms: number, run: () => void): Later {
  let timer: ReturnType<typeof setTimeout> | undefined
  let since = 0
  const now = (): void => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    run()
  }
  const soon = (): void => {
    if (timer === undefined) since = performance.now()
    clearTimeout(timer)
    timer = setTimeout(now, Math.max(0, Math.min(ms, since + MOST_WAITS * ms - performance.now())))
  }
  addEventListener('pagehide', now)
  document.addEventListener('visibilitychange', now)
  onCleanup(() => {
    removeEventListener('pagehide', now)
    document.removeEventListener('visibilitychange', now)
    now()
  })
  return { soon, now }
}
