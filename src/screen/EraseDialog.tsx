import { createSignal, createUniqueId, Show } from 'solid-js'
import { useScreen } from './context.ts'
import { Dialog, DialogHead, type Close } from './parts/Dialog.tsx'
import { lockWords } from './words/lock.ts'

export function EraseSettings() {
  const [asking, setAsking] = createSignal<object>()
  return (
    <section>
      <h2>{lockWords.leave}</h2>
      <div>
        <div class="row">
          <p>
            <span>{lockWords.erase}</span>
            <small>{lockWords.eraseHow}</small>
          </p>
          <button class="button stop" type="button" onClick={() => setAsking({})}>
            {lockWords.erase}
          </button>
        </div>
      </div>
      <Show when={asking()} keyed>
        <EraseDialog onClosed={() => setAsking(undefined)} />
      </Show>
    </section>
  )
}

/** Asks once, by a word that nobody types by chance. */
export function EraseDialog(props: { onClosed: () => void }) {
  const { state, actions } = useScreen()
  const id = createUniqueId()
  const [typed, setTyped] = createSignal('')
  const isMeant = (): boolean => typed().trim().toLocaleLowerCase() === lockWords.word
  const erase = (event: Event): void => {
    event.preventDefault()
    if (isMeant()) void actions.erase()
  }
  const row = (close: Close) => (
    <div class="acts fill">
      <button class="button" type="button" onClick={close}>
        {lockWords.keep}
      </button>
      <button class="button stop" type="submit" disabled={!isMeant()}>
        {lockWords.erase}
      </button>
    </div>
  )
  return (
    <Dialog class="sheet" label={lockWords.erase} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={lockWords.erase} close={close} focus={false} />
          <form class="dialog-body" onSubmit={erase}>
            <p>{lockWords.eraseSay(state.chats.length)}</p>
            <p class="hint">{lockWords.traces}</p>
            <div class="field">
              <label for={id}>
                {lockWords.typeBefore} <strong>{lockWords.word}</strong> {lockWords.typeAfter}
              </label>
              <input
                class="input"
                id={id}
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck={false}
                autofocus
                onInput={(event) => setTyped(event.currentTarget.value)}
              />
            </div>
            {row(close)}
          </form>
        </>
      )}
    </Dialog>
  )
}
