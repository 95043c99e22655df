import { createEffect, createMemo, createSignal, createUniqueId, Show } from 'solid-js'
import { strengthOf } from './strength.ts'
import { lockWords } from './words/lock.ts'

/** A passphrase, twice, with a hint at how strong it is. `onText`: it, or nothing as long as it is empty or the two differ. */
export function NewPassphrase(props: { tried: boolean; onText: (passphrase: string | undefined) => void }) {
  const id = createUniqueId()
  const [first, setFirst] = createSignal('')
  const [second, setSecond] = createSignal('')
  createEffect(() => props.onText(first() !== '' && first() === second() ? first() : undefined))
  const problem = (): string => {
    if (first() === '') return props.tried ? lockWords.empty : ''
    return (props.tried || second() !== '') && first() !== second() ? lockWords.differ : ''
  }
  const strength = createMemo(() => strengthOf(first()))
  const hint = (): string => {
    const { level, words } = strength()
    return level === 'strong' ? lockWords.strength.strong : lockWords.strength[level](words)
  }
  return (
    <>
      <div class="field">
        <label for={`${id}-1`}>{lockWords.passphrase}</label>
        <Secret id={`${id}-1`} onText={setFirst} note={`${id}-hint`} invalid={props.tried && first() === ''} first />
        <Show when={first()}>
          <progress max="6" value={Math.max(0.5, 6 - strength().words)} aria-hidden="true" />
        </Show>
        <small id={`${id}-hint`} classList={{ error: strength().level === 'weak' }}>
          {first() && hint()}
        </small>
      </div>
      <div class="field">
        <label for={`${id}-2`}>{lockWords.repeat}</label>
        <Secret id={`${id}-2`} onText={setSecond} note={`${id}-same`} invalid={problem() !== ''} />
        <p class="error" id={`${id}-same`} role="status">
          {problem()}
        </p>
      </div>
    </>
  )
}

function Secret(props: {
  id: string
  note: string
  invalid: boolean
  first?: boolean
  onText: (text: string) => void
}) {
  return (
    <input
      class="input"
      id={props.id}
      type="password"
      // Browsers would offer to keep it, and with it the key would lie on the disk again.
      autocomplete="off"
      aria-describedby={props.note}
      aria-invalid={props.invalid}
      autofocus={props.first ?? false}
      onInput={(event) => props.onText(event.currentTarget.value)}
    />
  )
}
