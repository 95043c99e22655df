/** A search as the profile holds it: fetched when somebody searches, and over with the keys it was given. */
import type { Search } from '../chat/ports.ts'
import type { Scope } from './scan.ts'
import type { Searching } from './search.ts'

export type Finding = Search & {
  /** These pages are not what they were, or (without a number) these chats. */
  changed(pages: readonly (readonly [contactId: string, from?: number])[]): void
  /** Whatever was read is forgotten. */
  end(): void
}

/** `scope`: what may be opened at the moment; undefined: nothing. */
export function makeFinding(scope: () => Promise<Scope | undefined>): Finding {
  let searching: Promise<Searching | undefined> | undefined
  const start = async (): Promise<Searching | undefined> => {
    try {
      return (await import('./search.ts')).makeSearching(scope)
    } catch {
      // It could not be fetched: the next search tries again.
      searching = undefined
      return undefined
    }
  }
  return {
    search(query, on) {
      let end: (() => void) | undefined
      let ended = false
      searching ??= start()
      void searching.then((s) => {
        if (ended) return
        if (s) end = s.search(query, on)
        else on({ hits: [], count: 0, progress: 1, failed: true })
      })
      return () => {
        ended = true
        end?.()
      }
    },
    changed(pages) {
      void searching?.then((s) => {
        for (const [id, from] of pages) s?.changed(id, from)
      })
    },
    end() {
      void searching?.then((s) => s?.end())
      searching = undefined
    },
  }
}
