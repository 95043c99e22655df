import { createSignal, createUniqueId, Show } from 'solid-js'
import { words } from '../words/index.ts'

/** A choice that holds as soon as it is made, and what it means. `turn`: false when it could not be kept. */
export function Switch(props: { name: string; hint: string; on: boolean; turn: (on: boolean) => Promise<boolean> }) {
  const id = createUniqueId()
  const [lost, setLost] = createSignal(false)
  const turn = async (input: HTMLInputElement): Promise<void> => {
    setLost(false)
    setLost(!(await props.turn(input.checked)))
    // The browser has moved it already: it must not stand where nothing is.
    input.checked = props.on
  }
  return (
    <div class="row">
      <div>
        <label for={id}>{props.name}</label>
        <small id={`${id}-hint`}>{props.hint}</small>
        <Show when={lost()}>
          <p role="alert" class="error">
            {words.wire.notKept}
          </p>
        </Show>
      </div>
      <input
        class="switch"
        type="checkbox"
        role="switch"
        id={id}
        aria-describedby={`${id}-hint`}
        checked={props.on}
        onChange={(event) => void turn(event.currentTarget)}
      />
    </div>
  )
}
