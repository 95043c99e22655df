/** Screens that nobody sees first: in one file, fetched once the first one can be used. */
import { createComponent, createEffect, createSignal, Show, type JSX } from 'solid-js'
import { whenIdle } from './idle.ts'

type Parts = typeof import('./more.ts')

const [parts, setParts] = createSignal<Parts | 'missing'>()
const [lacking, setLacking] = createSignal(false)

/** Somebody wanted a screen that could not be fetched: a fresh page may find it. */
export { lacking }

let asked: Promise<unknown> | undefined

/** Asked a second time, a browser would only remember that it failed. */
function fetchParts(): void {
  asked ??= import('./more.ts').then(setParts, () => setParts('missing'))
}

/** Stands for a component that comes later. `needed`: without it there is no going on. */
function part<P extends object>(choose: (from: Parts) => (props: P) => JSX.Element, needed = true) {
  return (props: P): JSX.Element => {
    fetchParts()
    createEffect(() => {
      if (needed && parts() === 'missing') setLacking(true)
    })
    const here = (): Parts | undefined => {
      const now = parts()
      return now === 'missing' ? undefined : now
    }
    return <Show when={here()}>{(from) => createComponent(choose(from()), props)}</Show>
  }
}

export const ByHand = part((from) => from.ByHand)
export const ConnectionDialog = part((from) => from.ConnectionDialog)
export const LinkQr = part((from) => from.LinkQr, false)
export const NoRelay = part((from) => from.NoRelay)
export const Locked = part((from) => from.Locked)
export const Safety = part((from) => from.Safety)
export const Settings = part((from) => from.Settings)

export function fetchScreens(): void {
  whenIdle(fetchParts)
}
