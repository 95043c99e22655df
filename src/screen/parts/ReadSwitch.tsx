import { createUniqueId } from 'solid-js'
import { useScreen } from '../context.ts'
import { words } from '../words/index.ts'

export function ReadSwitch() {
  const { state, actions } = useScreen()
  const id = createUniqueId()
  return (
    <div class="row">
      <div>
        <label for={id}>{words.reads.name}</label>
        <small id={`${id}-hint`}>{words.reads.hint}</small>
      </div>
      <input
        class="switch"
        type="checkbox"
        role="switch"
        id={id}
        aria-describedby={`${id}-hint`}
        checked={state.me.readReceipts}
        onChange={(event) => actions.setReadReceipts(event.currentTarget.checked)}
      />
    </div>
  )
}
