import { Show, type JSX } from 'solid-js'
import type { Bytes } from '../../protocol/bytes.ts'
import { createCamera, type Camera } from '../camera.ts'
import { words } from '../words/index.ts'
import { safetyWords } from '../words/safety.ts'
import { Icon } from './Icon.tsx'
import { Halves } from './Mark.tsx'
import { Notice } from './Notice.tsx'
import { PictureButton } from './PictureButton.tsx'

/** The camera, opened by a press and closed as soon as this is left; beside it the way without: a picture. */
export function Finder(props: {
  name: string
  /** What came of it, or how far it has come. */
  children: (camera: Omit<Camera, 'start'>) => JSX.Element
  onCode: (bytes: Bytes) => Promise<unknown>
  onPicture: (picture: File) => void
  onCancel: () => void
}) {
  let video!: HTMLVideoElement
  const { trouble, looking, start } = createCamera(
    () => video,
    (bytes) => props.onCode(bytes),
  )
  return (
    <>
      <Show
        when={!trouble()}
        fallback={
          <Notice
            strong={safetyWords.camera[trouble() ?? 'busy'].strong}
            say={safetyWords.camera[trouble() ?? 'busy'].say(props.name)}
            tile={<Icon name="camera" />}
          />
        }
      >
        <div class="finder">
          <video ref={video} playsinline muted />
          <Halves />
        </div>
      </Show>
      {props.children({ trouble, looking })}
      <div class="acts fill">
        <Show when={trouble()}>
          <button class="button" type="button" onClick={start}>
            {words.tryAgain}
          </button>
        </Show>
        <PictureButton class={trouble() ? 'button primary' : 'button'} onPicture={(file) => props.onPicture(file)}>
          <Icon name="picture" />
        </PictureButton>
        <button class="button" type="button" onClick={() => props.onCancel()}>
          {words.cancel}
        </button>
      </div>
    </>
  )
}
