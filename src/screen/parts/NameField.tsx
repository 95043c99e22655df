import { children, createEffect, createUniqueId, type JSX } from 'solid-js'
import { useScreen } from '../context.ts'
import { createLater } from '../later.ts'
import { MAX_NAME_LENGTH } from '../limits.ts'
import { words } from '../words/index.ts'

const SAVE_AFTER_MS = 300

/** The name that others see; kept while it is written. A button beside it shares its pill. */
export function NameField(props: { hint: string; children?: JSX.Element; ref?: (input: HTMLInputElement) => void }) {
  const { state, actions } = useScreen()
  const id = createUniqueId()
  const beside = children(() => props.children)
  let input!: HTMLInputElement
  const save = createLater(SAVE_AFTER_MS, () => actions.setName(input.value))
  createEffect(() => {
    const { name } = state.me
    if (document.activeElement !== input) input.value = name
  })
  return (
    <div class="field">
      <label for={id}>{words.me.name}</label>
      <div classList={{ pair: beside.toArray().length > 0 }}>
        <input
          ref={(element) => {
            input = element
            props.ref?.(element)
          }}
          class="input"
          id={id}
          type="text"
          dir="auto"
          // Browsers would keep what is typed in a field with a purpose, in clear.
          autocomplete="off"
          maxLength={MAX_NAME_LENGTH}
          placeholder={words.me.optional}
          aria-describedby={`${id}-hint`}
          onInput={() => save.soon()}
          onChange={() => save.now()}
        />
        {beside()}
      </div>
      <small id={`${id}-hint`}>{props.hint}</small>
    </div>
  )
}
