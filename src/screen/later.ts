import { onCleanup } from 'solid-js'

export type Later = {
  /** (Re)starts the wait. */
  soon(): void
  /** Runs what waits, now. */
  now(): void
}

/** Runs `run` once after `ms` of quiet, and at the latest when the page or its owner goes away. */
export function createLater(ms: number, run: () => void): Later {
  let timer: ReturnType<typeof setTimeout> | undefined
  const now = (): void => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    run()
  }
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(now, ms)
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
