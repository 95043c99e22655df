import { createSignal, createUniqueId, For, Show } from 'solid-js'
import { useScreen } from './context.ts'
import { LockMore } from './LockMore.tsx'
import { PassphraseDialog } from './PassphraseDialog.tsx'
import { SecretRow } from './parts/SecretRow.tsx'
import { Switch } from './parts/Switch.tsx'
import { lockWords } from './words/lock.ts'

/** What keeps others out of this profile, and in plain words what does not. */
export function LockSettings() {
  const { state, actions } = useScreen()
  const [asking, setAsking] = createSignal<object>()
  return (
    <section role="group" aria-label={lockWords.heading}>
      <h2>{lockWords.heading}</h2>
      <div>
        <SecretRow
          words={{ ...lockWords, name: lockWords.passphrase }}
          say={state.sealed ? lockWords.isSet : lockWords.unset}
          isSet={state.sealed ?? false}
          first
          onSet={() => setAsking({})}
          remove={() => actions.changeLock({ to: 'none' }).catch(() => false)}
        />
        <div class="row">
          <p>
            <span>{lockWords.now}</span>
            <small>{lockWords.nowHow}</small>
          </p>
          <button class="button" type="button" disabled={!state.sealed} onClick={() => void actions.lock()}>
            {lockWords.now}
          </button>
        </div>
        <Show when={state.sealed}>
          <LockAfter />
          <Switch
            {...lockWords.hidden}
            on={state.me.lockHidden}
            turn={(lockHidden) => actions.setAutoLock({ lockHidden })}
          />
          <LockMore />
        </Show>
      </div>
      <Show when={asking()} keyed>
        <PassphraseDialog onClosed={() => setAsking(undefined)} />
      </Show>
    </section>
  )
}

const MINUTES = [0, 1, 5, 15, 60]

function LockAfter() {
  const { state, actions } = useScreen()
  const id = createUniqueId()
  const [busy, setBusy] = createSignal(false)
  const choose = async (select: HTMLSelectElement): Promise<void> => {
    setBusy(true)
    await actions.setAutoLock({ lockAfter: Number(select.value) })
    // What could not be kept must not stand there.
    select.value = String(state.me.lockAfter)
    setBusy(false)
  }
  return (
    <div class="row">
      <div>
        <label for={id}>{lockWords.after}</label>
        <small>{lockWords.afterHow}</small>
      </div>
      <select class="input choice" id={id} aria-busy={busy()} onChange={(event) => void choose(event.currentTarget)}>
        <For each={MINUTES}>
          {(minutes) => (
            <option value={minutes} selected={minutes === state.me.lockAfter}>
              {lockWords.minutes(minutes)}
            </option>
          )}
        </For>
      </select>
    </div>
  )
}
