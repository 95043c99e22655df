import { createContext, useContext, type Accessor, type Signal } from 'solid-js'
import type { Actions, Snapshot, Spot } from '../chat/snapshot.ts'
import type { Eyes } from './eyes.ts'
import type { Keeping } from './keeping.ts'
import type { Router } from './route.ts'
import type { Share } from './share.ts'

/** What every screen has at hand. */
export type Screen = {
  readonly state: Snapshot
  readonly actions: Actions
  readonly router: Router
  readonly eyes: Eyes
  /** To a place in a chat, or to its end. */
  readonly visit: (chatId: string, spot?: Spot) => void
  readonly keeping: Keeping
  readonly share: Share
  /** Names the sources of this page. */
  readonly build: string
  /** The id of a newer build that is here and waits to be used. */
  readonly update: Accessor<string | undefined>
  readonly useUpdate: () => void
  /** Installs the page as an app; undefined where the browser does not offer it. */
  readonly install: Accessor<(() => void) | undefined>
  /** A backup or a move came in whole, and nobody said that they read of it. */
  readonly restored: Signal<boolean>
  /** Midnight that began today, Unix ms. */
  readonly today: Accessor<number>
}

const Context = createContext<Screen>()

export const ScreenProvider = Context.Provider

export function useScreen(): Screen {
  const screen = useContext(Context)
  if (!screen) throw new Error('outside of the screen')
  return screen
}
