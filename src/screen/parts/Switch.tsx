import { createUniqueId } from 'solid-js'

/** A choice that holds as soon as it is made, and what it means. */
export function Switch(props: { name: string; hint: string; on: boolean; turn: (on: boolean) => void }) {
  const id = createUniqueId()
  return (
    <div class="row">
      <div>
        <label for={id}>{props.name}</label>
        <small id={`${id}-hint`}>{props.hint}</small>
      </div>
      <input
        class="switch"
        type="checkbox"
        role="switch"
        id={id}
        aria-describedby={`${id}-hint`}
        checked={props.on}
        onChange={(event) => props.turn(event.currentTarget.checked)}
      />
    </div>
  )
}
