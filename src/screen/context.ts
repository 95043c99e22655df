import { createContext, useContext, type Accessor } from 'solid-js'
import type { Actions, Snapshot } from '../chat/snapshot.ts'
import type { Eyes } from './eyes.ts'
import type { Router } from './route.ts'

/** What every screen has at hand. */
export type Screen = {
  readonly state: Snapshot
  readonly actions: Actions
  readonly router: Router
  readonly eyes: Eyes
  /** Names the sources of this page. */
  readonly build: string
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
