/** Whether the browser keeps what is here, and has room for more: asked at the right moment, said once. */
import { createEffect, createMemo, createSignal, on, onCleanup, type Accessor } from 'solid-js'
import { isLow, type Disk, type Room } from '../chat/room.ts'
import { isStorageTrouble, type Snapshot } from '../chat/snapshot.ts'
import { whenIdle } from './idle.ts'

export type Keeping = {
  readonly room: Accessor<Room>
  /** To be told now. */
  readonly warning: Accessor<'low' | 'not-persisted' | undefined>
  /** It was told. */
  readonly later: () => void
  readonly ask: () => Promise<void>
  readonly look: () => Promise<void>
}

/** Safari clears what a page has kept after seven days without a visit, but not what is on the home screen. Only it has this event. */
export function forgetsInAWeek({ kept }: Room): boolean {
  return 'GestureEvent' in globalThis && kept !== true && !isInstalled()
}

function isInstalled(): boolean {
  return matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true
}

/** Firefox asks the person; the others decide by themselves, and may decide otherwise on another day. */
const asksThePerson = (): boolean => CSS.supports('-moz-appearance', 'none')

export function createKeeping(state: Snapshot, disk: Disk): Keeping {
  const [room, setRoom] = createSignal<Room>({})
  disk.subscribe(setRoom)
  const [told, setTold] = createSignal<'low' | 'not-persisted'>()
  const [isNew, setNew] = createSignal(false)
  followRoom(disk)
  askOnceWorthIt(state, disk, () => setNew(true))

  const full = createMemo(() => state.alerts.some(isStorageTrouble))
  // What is over may be told anew when it comes again.
  createEffect(() => {
    if (told() === 'low' && !isLow(room())) setTold(undefined)
  })
  // There is less room than one thought; and once it is over, more.
  createEffect(on(full, () => void disk.look(), { defer: true }))
  const warning = createMemo(() => {
    const now = isLow(room())
      ? 'low'
      : isNew() && room().kept === false && forgetsInAWeek(room())
        ? 'not-persisted'
        : undefined
    return state.phase !== 'ready' || full() || now === told() ? undefined : now
  })
  return { room, warning, later: () => setTold(warning()), ask: () => disk.ask(), look: () => disk.look() }
}

/** Once the first screen is there, and whenever one comes back to it. */
function followRoom(disk: Disk): void {
  const look = (): void => {
    if (document.visibilityState === 'visible') void disk.look()
  }
  whenIdle(look)
  document.addEventListener('visibilitychange', look)
  onCleanup(() => document.removeEventListener('visibilitychange', look))
}

/** Never before there is somebody to talk with. `first`: it is the first one ever, here and now. */
function askOnceWorthIt(state: Snapshot, disk: Disk, first: () => void): void {
  let wasEmpty = false
  let asked = false
  createEffect(() => {
    if (state.phase !== 'ready' || asked) return
    if (state.chats.length === 0) return void (wasEmpty = true)
    asked = true
    if (!wasEmpty && asksThePerson()) return
    void disk.ask().then(() => {
      if (wasEmpty) first()
    })
  })
}
