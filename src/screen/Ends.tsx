/** Pages on which it does not go on. */
import { Show } from 'solid-js'
import { PlainStage } from './parts/Stage.tsx'
import { words } from './words/index.ts'

/** A part of the app did not come, or is no longer where this page looks for it. */
export function Unfetched() {
  return (
    <PlainStage say={words.unfetched.say} lede={words.unfetched.lede}>
      <div class="acts">
        <button class="button primary large" type="button" onClick={() => location.reload()}>
          {words.unfetched.reload}
        </button>
      </div>
    </PlainStage>
  )
}

export function NoStorage(props: { link: boolean }) {
  return (
    <PlainStage say={words.noStorage.say} lede={words.noStorage.lede}>
      <Show when={props.link}>
        <p>{words.noStorage.link}</p>
      </Show>
    </PlainStage>
  )
}
