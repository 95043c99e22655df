/** Screens that nobody sees first: in one file, fetched once the first one can be used. */
import { lazy } from 'solid-js'

const more = () => import('./more.ts')

export const Settings = lazy(async () => ({ default: (await more()).Settings }))
export const Safety = lazy(async () => ({ default: (await more()).Safety }))
export const ConnectionDialog = lazy(async () => ({ default: (await more()).ConnectionDialog }))

export function fetchScreens(): void {
  for (const screen of [Settings, Safety, ConnectionDialog]) void screen.preload()
}
