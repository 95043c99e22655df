/** Nothing can be kept here, so nothing begins. */
import { Show } from 'solid-js'
import { PlainStage } from './parts/Stage.tsx'
import { diskWords } from './words/disk.ts'

export function NoStorage(props: { link: boolean }) {
  return (
    <PlainStage say={diskWords.none.say} lede={diskWords.none.lede}>
      <Show when={props.link}>
        <p>{diskWords.none.link}</p>
      </Show>
    </PlainStage>
  )
}
