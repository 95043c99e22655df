import { createSignal, Show } from 'solid-js'
import type { LockKept } from '../../chat/keyring.ts'
import { lostWords } from '../lost-words.ts'

/** Something that opens a profile: whether it is set, and what can be done about it. */
export function SecretRow(props: {
  words: { readonly name: string; readonly set: string; readonly change: string; readonly remove: string }
  say: string
  isSet: boolean
  /** The one thing to do here, as long as nothing is set. */
  first?: boolean
  onSet: () => void
  remove: () => Promise<LockKept>
}) {
  const [lost, setLost] = createSignal('')
  const remove = async (): Promise<void> => {
    setLost(lostWords(await props.remove()))
  }
  return (
    <>
      <div class="row">
        <p>
          <span>{props.words.name}</span>
          <small>{props.say}</small>
        </p>
        <div class="acts">
          <button
            class="button"
            classList={{ primary: (props.first ?? false) && !props.isSet }}
            type="button"
            onClick={() => props.onSet()}
          >
            {props.isSet ? props.words.change : props.words.set}
          </button>
          <Show when={props.isSet}>
            <button class="button" type="button" onClick={() => void remove()}>
              {props.words.remove}
            </button>
          </Show>
        </div>
      </div>
      <Show when={lost()}>
        <p role="alert" class="error">
          {lost()}
        </p>
      </Show>
    </>
  )
}
