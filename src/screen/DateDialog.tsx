import { createUniqueId } from 'solid-js'
import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Dialog, DialogHead, type Close } from './parts/Dialog.tsx'
import { localDate } from './time.ts'
import { words } from './words/index.ts'
import { findWords } from './words/find.ts'

/** To what was said on a day. */
export function DateDialog(props: { chat: ChatSummary; onClosed: () => void }) {
  const { today, visit } = useScreen()
  const id = createUniqueId()
  let input!: HTMLInputElement
  const go = (event: Event, close: Close): void => {
    event.preventDefault()
    // Midnight where this device is.
    const since = new Date(`${input.value}T00:00`).getTime()
    if (Number.isNaN(since)) return
    close()
    visit(props.chat.id, { since })
  }
  return (
    <Dialog class="sheet" label={findWords.date.title} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={findWords.date.title} close={close} focus={false} />
          <form class="dialog-body" onSubmit={(event) => go(event, close)}>
            <div class="field">
              <label for={id}>{findWords.date.label}</label>
              <input
                ref={input}
                class="input"
                id={id}
                type="date"
                required
                max={localDate(today())}
                value={localDate(today())}
                aria-describedby={`${id}-hint`}
                autofocus
              />
              <small id={`${id}-hint`}>{findWords.date.lede}</small>
            </div>
            <div class="acts fill">
              <button class="button" type="button" onClick={close}>
                {words.cancel}
              </button>
              <button class="button primary" type="submit">
                {findWords.date.go}
              </button>
            </div>
          </form>
        </>
      )}
    </Dialog>
  )
}
