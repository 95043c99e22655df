import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import type { Bytes } from '../protocol/bytes.ts'
import { DialogHead, type Close } from './parts/Dialog.tsx'
import { Icon } from './parts/Icon.tsx'
import { Halves } from './parts/Mark.tsx'
import { Notice } from './parts/Notice.tsx'
import { OutcomeLine, type Outcome } from './parts/OutcomeLine.tsx'
import { PictureButton } from './parts/PictureButton.tsx'
import { cameraTrouble, closeCamera, openCamera, watch, type CameraTrouble } from './scan.ts'
import { words } from './words/index.ts'

/** The camera, opened by a press and closed as soon as this face is left. It goes on looking until the codes are told apart. */
export function SafetyScan(props: {
  name: string
  outcome: Outcome | undefined
  close: Close
  onCode: (payload: Bytes) => Promise<void>
  onPicture: (picture: File) => void
  onCancel: () => void
}) {
  const [trouble, setTrouble] = createSignal<CameraTrouble>()
  const [looking, setLooking] = createSignal(false)
  const outcome = () => props.outcome ?? (trouble() ? undefined : looking() ? 'looking' : 'starting')
  let video!: HTMLVideoElement
  let stop = (): void => undefined
  let left = false

  const start = async (): Promise<void> => {
    setTrouble(undefined)
    try {
      const stream = await openCamera()
      stop = () => closeCamera(stream)
      if (left) return stop()
      video.srcObject = stream
      await video.play()
      const unwatch = watch(video, (payload) => props.onCode(payload))
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

  return (
    <>
      <DialogHead title={words.safety.scan} close={props.close} />
      <div class="dialog-body">
        <Show
          when={!trouble()}
          fallback={
            <Notice
              strong={words.safety.camera[trouble() ?? 'busy'].strong}
              say={words.safety.camera[trouble() ?? 'busy'].say(props.name)}
              tile={<Icon name="camera" />}
            />
          }
        >
          <div class="finder">
            <video ref={video} playsinline muted />
            <Halves />
          </div>
        </Show>
        <OutcomeLine outcome={outcome()} name={props.name} />
        <Show
          when={!trouble()}
          fallback={
            <div class="acts fill">
              <button class="button" type="button" onClick={() => void start()}>
                {words.tryAgain}
              </button>
              <PictureButton class="button primary" onPicture={props.onPicture} />
            </div>
          }
        >
          <div class="acts fill">
            <PictureButton class="button" onPicture={props.onPicture}>
              <Icon name="picture" />
            </PictureButton>
            <button class="button" type="button" onClick={() => props.onCancel()}>
              {words.cancel}
            </button>
          </div>
        </Show>
      </div>
    </>
  )
}
