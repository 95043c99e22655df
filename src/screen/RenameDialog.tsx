import { createUniqueId } from 'solid-js'
import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { MAX_NAME_LENGTH } from './limits.ts'
import { Dialog, DialogHead, type Close } from './parts/Dialog.tsx'
import { words } from './words/index.ts'
import { contactWords } from './words/settings.ts'

/** The name this person gives a contact; nobody else sees it. */
export function RenameDialog(props: { chat: ChatSummary; onClosed: () => void }) {
  const { actions } = useScreen()
  const id = createUniqueId()
  let input!: HTMLInputElement
  const save = (event: Event, close: Close): void => {
    event.preventDefault()
    actions.rename(props.chat.id, input.value)
    close()
  }
  return (
    <Dialog class="sheet" label={contactWords.rename.title} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={contactWords.rename.title} close={close} focus={false} />
          <form class="dialog-body" onSubmit={(event) => save(event, close)}>
            <div class="field">
              <label for={id}>{contactWords.rename.field}</label>
              <input
                ref={input}
                class="input"
                id={id}
                type="text"
                dir="auto"
                autocomplete="off"
                maxLength={MAX_NAME_LENGTH}
                aria-describedby={`${id}-hint`}
                value={props.chat.name}
                autofocus
                onFocus={(event) => event.currentTarget.select()}
              />
              <small id={`${id}-hint`}>{contactWords.rename.hint}</small>
            </div>
            <div class="acts fill">
              <button class="button" type="button" onClick={close}>
                {words.cancel}
              </button>
              <button class="button primary" type="submit">
                {contactWords.rename.save}
              </button>
            </div>
          </form>
        </>
      )}
    </Dialog>
  )
}
