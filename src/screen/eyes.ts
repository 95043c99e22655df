/** Whether what was said last is before somebody's eyes: only then is it read. */
import { onCleanup } from 'solid-js'
import type { Actions } from '../chat/snapshot.ts'

export type Eyes = {
  /** Whether the end of the open conversation is in view. */
  atEnd(shown: boolean): void
  /** Something lies over the page until the function that is returned is called. */
  cover(): () => void
}

/** Tells the chat whenever it changes: the page is visible and focused, nothing lies over it, and the end is in view. */
export function createEyes(actions: Actions): Eyes {
  let atEnd = false
  let covers = 0
  let told: boolean | undefined
  const tell = (): void => {
    const here = atEnd && covers === 0 && document.visibilityState === 'visible' && document.hasFocus()
    if (here !== told) actions.present(here)
    told = here
  }
  document.addEventListener('visibilitychange', tell)
  addEventListener('focus', tell)
  addEventListener('blur', tell)
  onCleanup(() => {
    document.removeEventListener('visibilitychange', tell)
    removeEventListener('focus', tell)
    removeEventListener('blur', tell)
  })
  return {
    atEnd(shown) {
      atEnd = shown
      tell()
    },
    cover() {
      covers++
      tell()
      return () => {
        covers--
        tell()
      }
    },
  }
}
