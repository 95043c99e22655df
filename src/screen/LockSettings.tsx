import { createSignal, Show } from 'solid-js'
import { useScreen } from './context.ts'
import { PassphraseDialog } from './PassphraseDialog.tsx'
import { lockWords } from './words/lock.ts'

/** What keeps others out of this profile, and in plain words what does not. */
export function LockSettings() {
  const { state, actions } = useScreen()
  const [asking, setAsking] = createSignal<object>()
  const [lost, setLost] = createSignal(false)
  const remove = async (): Promise<void> => {
    setLost(!(await actions.removePassphrase().catch(() => false)))
  }
  return (
    <section role="group" aria-label={lockWords.heading}>
      <h2>{lockWords.heading}</h2>
      <div>
        <div class="row">
          <p>
            <span>{lockWords.passphrase}</span>
            <small>{state.sealed ? lockWords.isSet : lockWords.unset}</small>
          </p>
          <div class="acts">
            <button class="button" classList={{ primary: !state.sealed }} type="button" onClick={() => setAsking({})}>
              {state.sealed ? lockWords.change : lockWords.set}
            </button>
            <Show when={state.sealed}>
              <button class="button" type="button" onClick={() => void remove()}>
                {lockWords.remove}
              </button>
            </Show>
          </div>
        </div>
        <Show when={lost()}>
          <p role="alert" class="error">
            {lockWords.notKept}
          </p>
        </Show>
        <div class="row">
          <p>
            <span>{lockWords.now}</span>
            <small>{lockWords.nowHow}</small>
          </p>
          <button class="button" type="button" disabled={!state.sealed} onClick={() => void actions.lock()}>
            {lockWords.now}
          </button>
        </div>
      </div>
      <Show when={asking()} keyed>
        <PassphraseDialog onClosed={() => setAsking(undefined)} />
      </Show>
    </section>
  )
}
