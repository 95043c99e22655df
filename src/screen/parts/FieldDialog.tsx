import { createUniqueId } from 'solid-js'
import { words } from '../words/index.ts'
import { Dialog, DialogHead, type Close } from './Dialog.tsx'

/** Asks for one thing: a text of so many letters, or a day that is not after `until`. */
export function FieldDialog(props: {
  title: string
  label: string
  hint: string
  go: string
  value: string
  maxLength?: number
  until?: string
  onText: (text: string, close: Close) => void
  onClosed: () => void
}) {
  const id = createUniqueId()
  let input!: HTMLInputElement
  const submit = (event: Event, close: Close): void => {
    event.preventDefault()
    props.onText(input.value, close)
  }
  return (
    <Dialog class="sheet" label={props.title} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={props.title} close={close} focus={false} />
          <form class="dialog-body" onSubmit={(event) => submit(event, close)}>
            <div class="field">
              <label for={id}>{props.label}</label>
              <input
                ref={input}
                class="input"
                id={id}
                type={props.until === undefined ? 'text' : 'date'}
                dir="auto"
                autocomplete="off"
                maxLength={props.maxLength}
                max={props.until}
                required={props.until !== undefined}
                aria-describedby={`${id}-hint`}
                value={props.value}
                autofocus
                onFocus={(event) => props.until === undefined && event.currentTarget.select()}
              />
              <small id={`${id}-hint`}>{props.hint}</small>
            </div>
            <div class="acts fill">
              <button class="button" type="button" onClick={close}>
                {words.cancel}
              </button>
              <button class="button primary" type="submit">
                {props.go}
              </button>
            </div>
          </form>
        </>
      )}
    </Dialog>
  )
}
