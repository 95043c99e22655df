/** A camera for as long as the part of the screen that shows it: opened at once, closed when that is left. */
import { createSignal, onCleanup, onMount, type Accessor } from 'solid-js'
import type { Bytes } from '../protocol/bytes.ts'
import { cameraTrouble, closeCamera, openCamera, watch, type CameraTrouble } from './scan.ts'

export type Camera = {
  readonly trouble: Accessor<CameraTrouble | undefined>
  readonly looking: Accessor<boolean>
  /** Once more, after a trouble. */
  readonly start: () => void
}

export function createCamera(video: () => HTMLVideoElement, onCode: (bytes: Bytes) => Promise<unknown>): Camera {
  const [trouble, setTrouble] = createSignal<CameraTrouble>()
  const [looking, setLooking] = createSignal(false)
  let stop = (): void => undefined
  let left = false

  const start = async (): Promise<void> => {
    setTrouble(undefined)
    try {
      const stream = await openCamera()
      stop = () => closeCamera(stream)
      if (left) return stop()
      video().srcObject = stream
      await video().play()
      const unwatch = watch(video(), onCode)
      stop = () => {
        unwatch()
        closeCamera(stream)
      }
      if (left) return stop()
      setLooking(true)
    } catch (error) {
      stop()
      if (!left) setTrouble(cameraTrouble(error))
    }
  }
  onMount(() => void start())
  onCleanup(() => {
    left = true
    stop()
  })
  return { trouble, looking, start: () => void start() }
}
