/** Locks the page by itself: when nobody has touched it for a while, or as soon as it is hidden. */
import { createEffect, onCleanup } from 'solid-js'
import type { Actions, Snapshot } from '../chat/snapshot.ts'

const MINUTE_MS = 60_000
const TOUCHES = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'input'] as const

export function followAutoLock({ state, actions }: { readonly state: Snapshot; readonly actions: Actions }): void {
  createEffect(() => {
    if (state.phase === 'ready' && state.sealed) lockBy(state.me, () => void actions.lock())
  })
}

/** As this person wants it; until the surrounding effect runs anew. */
export function lockBy(
  { lockAfter, lockHidden }: Pick<Snapshot['me'], 'lockAfter' | 'lockHidden'>,
  lock: () => void,
): void {
  if (lockAfter > 0) lockUntouched(lockAfter * MINUTE_MS, lock)
  if (lockHidden) lockUnseen(lock)
}

/** A device that slept has run no timers: then the first touch finds that it comes too late. */
function lockUntouched(ms: number, lock: () => void): void {
  let touched = Date.now()
  let timer: ReturnType<typeof setTimeout>
  const look = (): void => {
    const left = touched + ms - Date.now()
    // A clock that was set back must not keep the page open; one that is set right must not close it.
    if (left <= 0 || left > ms + MINUTE_MS) return lock()
    clearTimeout(timer)
    timer = setTimeout(look, left)
  }
  const touch = (event: Event): void => {
    if (Date.now() - touched < ms) {
      touched = Date.now()
      return
    }
    event.stopImmediatePropagation()
    lock()
  }
  look()
  for (const name of TOUCHES) addEventListener(name, touch, { capture: true, passive: true })
  document.addEventListener('visibilitychange', look)
  onCleanup(() => {
    clearTimeout(timer)
    for (const name of TOUCHES) removeEventListener(name, touch, { capture: true })
    document.removeEventListener('visibilitychange', look)
  })
}

function lockUnseen(lock: () => void): void {
  const look = (): void => {
    if (document.visibilityState === 'hidden') lock()
  }
  document.addEventListener('visibilitychange', look)
  onCleanup(() => document.removeEventListener('visibilitychange', look))
}
