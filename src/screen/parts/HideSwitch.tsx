import { createUniqueId } from 'solid-js'
import { useScreen } from '../context.ts'
import { words } from '../words/index.ts'

export function HideSwitch() {
  const { state, actions } = useScreen()
  const id = createUniqueId()
  return (
    <div class="row">
      <div>
        <label for={id}>{words.hide.name}</label>
        <small id={`${id}-hint`}>{words.hide.hint}</small>
      </div>
      <input
        class="switch"
        type="checkbox"
        role="switch"
        id={id}
        aria-describedby={`${id}-hint`}
        checked={state.me.hideIp}
        onChange={(event) => actions.setHideIp(event.currentTarget.checked)}
      />
    </div>
  )
}
