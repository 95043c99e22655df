/** Screens that nobody sees first: in one file, fetched once the first one can be used. */
import { createSignal, lazy, onMount } from 'solid-js'
import { whenIdle } from './idle.ts'

const [lacking, setLacking] = createSignal(false)

/** Somebody wanted a screen that could not be fetched: a fresh page may find it. */
export { lacking }

const Missing = () => {
  onMount(() => setLacking(true))
  return null
}

const more = () =>
  import('./more.ts').catch(() => ({ Settings: Missing, Safety: Missing, ConnectionDialog: Missing, ByHand: Missing }))

export const Settings = lazy(async () => ({ default: (await more()).Settings }))
export const Safety = lazy(async () => ({ default: (await more()).Safety }))
export const ConnectionDialog = lazy(async () => ({ default: (await more()).ConnectionDialog }))

export const ByHand = lazy(async () => ({ default: (await more()).ByHand }))

export function fetchScreens(): void {
  whenIdle(() => {
    for (const screen of [Settings, Safety, ConnectionDialog, ByHand]) void screen.preload()
  })
}
