import { For } from 'solid-js'
import { moveWords } from '../words/move.ts'

/** A number that two screens show, in the two halves of the mark. */
export function Compare(props: { number: string }) {
  const groups = (): readonly string[] => props.number.match(/\d\d/g) ?? []
  return (
    // Always left to right, so that “left” is left on both screens.
    <div class="digits" role="group" aria-label={moveWords.number} dir="ltr">
      <Half groups={groups().slice(0, 2)} /> <Half groups={groups().slice(2)} />
    </div>
  )
}

function Half(props: { groups: readonly string[] }) {
  return (
    <div>
      <For each={props.groups}>
        {(group, index) => (
          <>
            {index() > 0 ? ' ' : ''}
            <span>{group}</span>
          </>
        )}
      </For>
    </div>
  )
}
