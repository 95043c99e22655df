import { For } from 'solid-js'

/** A number that two people compare, in the two halves of the mark. Always left to right, so that “left” is left on both screens. */
export function Digits(props: { label: string; groups: readonly string[] }) {
  const middle = () => props.groups.length / 2
  return (
    <div class="digits" role="group" aria-label={props.label} dir="ltr">
      <Half groups={props.groups.slice(0, middle())} /> <Half groups={props.groups.slice(middle())} />
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
