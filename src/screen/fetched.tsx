/** Screens that nobody sees first, in two files: one is fetched once the first screen can be used, the other when it is wanted. */
import { createComponent, createEffect, createSignal, Show, type JSX } from 'solid-js'
import { whenIdle } from './idle.ts'

const [lacking, setLacking] = createSignal(false)

/** Somebody wanted a screen that could not be fetched: a fresh page may find it. */
export { lacking }

function makeParts<Parts extends object>(load: () => Promise<Parts>) {
  const [parts, setParts] = createSignal<Parts | 'missing'>()
  let asked: Promise<unknown> | undefined
  /** Asked a second time, a browser would only remember that it failed. */
  const fetch = (): void => {
    asked ??= load().then(
      (loaded) => setParts(() => loaded),
      () => setParts('missing'),
    )
  }
  /** Stands for a component that comes later. `needed`: without it there is no going on. */
  const part = <P extends object>(choose: (from: Parts) => (props: P) => JSX.Element, needed = true) =>
    function Part(props: P): JSX.Element {
      fetch()
      createEffect(() => {
        if (needed && parts() === 'missing') setLacking(true)
      })
      const here = (): Parts | undefined => {
        const now = parts()
        return now === 'missing' ? undefined : now
      }
      return <Show when={here()}>{(from) => createComponent(choose(from()), props)}</Show>
    }
  return { fetch, part, isHere: () => parts() !== undefined }
}

const more = makeParts(() => import('./more.ts'))
const rare = makeParts(() => import('./rare.ts'))

export const Chat = more.part((from) => from.Chat)
export const Invite = more.part((from) => from.Invite)
export const LinkQr = more.part((from) => from.LinkQr, false)
export const Locked = more.part((from) => from.Locked)

export const ByHand = rare.part((from) => from.ByHand)
export const ConnectionDialog = rare.part((from) => from.ConnectionDialog)
export const DateDialog = rare.part((from) => from.DateDialog)
export const DiskEnd = rare.part((from) => from.DiskEnd)
export const NoStorage = rare.part((from) => from.NoStorage)
export const NoRelay = rare.part((from) => from.NoRelay)
export const ImportDialog = rare.part((from) => from.ImportDialog)
export const EraseDialog = rare.part((from) => from.EraseDialog)
export const Expires = rare.part((from) => from.Expires, false)
export const TimerNote = rare.part((from) => from.TimerNote)
export const InForce = rare.part((from) => from.InForce, false)
export const Findings = rare.part((from) => from.Findings, false)
export const KeepDialog = rare.part((from) => from.KeepDialog)
export const LeaveDialog = rare.part((from) => from.LeaveDialog)
export const ClearDialog = rare.part((from) => from.ClearDialog)
export const MoveHere = rare.part((from) => from.MoveHere)
export const MessageMenu = rare.part((from) => from.MessageMenu)
export const RenameDialog = rare.part((from) => from.RenameDialog)
export const Safety = rare.part((from) => from.Safety)
export const Settings = rare.part((from) => from.Settings)
export const Share = rare.part((from) => from.Share)

/** A conversation can be shown, or it is known that it cannot. */
export const hasChat = more.isHere

export function fetchChat(): void {
  more.fetch()
}

export function fetchScreens(): void {
  whenIdle(more.fetch)
}
