/** Nothing can be kept here, so nothing begins. */
import { Show } from 'solid-js'
import { PlainStage } from './parts/Stage.tsx'
import { words } from './words/index.ts'

export function NoStorage(props: { link: boolean }) {
  return (
    <PlainStage say={words.noStorage.say} lede={words.noStorage.lede}>
      <Show when={props.link}>
        <p>{words.noStorage.link}</p>
      </Show>
    </PlainStage>
  )
}
