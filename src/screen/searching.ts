import { createEffect, createSignal, on, onCleanup, type Accessor } from 'solid-js'
import type { Findings } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'

/** As long as somebody types, nothing is looked for. */
const PAUSE_MS = 120
/** One letter of an alphabet is in nearly everything; one sign may be a word. */
const ONE_LETTER = /^[\0-\x7f]?$/

/** What was said that holds these words; undefined: nothing is looked for. What was found before stays until there is something else. */
export function createSearch(wanted: Accessor<string>): Accessor<Findings | undefined> {
  const { actions } = useScreen()
  const [found, setFound] = createSignal<Findings>()
  createEffect(
    on(wanted, (query) => {
      if (ONE_LETTER.test(query)) return setFound(undefined)
      let end = (): void => undefined
      const timer = setTimeout(() => (end = actions.search(query, setFound)), PAUSE_MS)
      onCleanup(() => {
        clearTimeout(timer)
        end()
      })
    }),
  )
  return found
}
