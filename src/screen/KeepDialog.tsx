import { createSignal, createUniqueId, For, Show } from 'solid-js'
import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Dialog, DialogHead } from './parts/Dialog.tsx'
import { keepWords } from './words/keep.ts'

const DAY = 86_400
/** Seconds; 0: for ever. */
const TIMES = [0, 365 * DAY, 90 * DAY, 30 * DAY, 7 * DAY, DAY, 3_600]

/** How long what is said in a chat stays on this device. */
export function KeepDialog(props: { chat: ChatSummary; onClosed: () => void }) {
  const { actions } = useScreen()
  const id = createUniqueId()
  const [lost, setLost] = createSignal(false)
  // One that another version knows stands there as well.
  const times = () => [...new Set([...TIMES, props.chat.keepFor])]
  const choose = async (select: HTMLSelectElement): Promise<void> => {
    setLost(!(await actions.setKeepFor(props.chat.id, Number(select.value))))
    select.value = String(props.chat.keepFor)
  }
  return (
    <Dialog class="sheet" label={keepWords.keep.title} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={keepWords.keep.title} close={close} focus={false} />
          <div class="dialog-body">
            <div class="field">
              <label for={id}>{keepWords.keep.label}</label>
              <select
                class="input choice"
                id={id}
                autofocus
                aria-describedby={`${id}-hint`}
                onChange={(event) => void choose(event.currentTarget)}
              >
                <For each={times()}>
                  {(seconds) => (
                    <option value={seconds} selected={seconds === props.chat.keepFor}>
                      {keepWords.keep.time(seconds)}
                    </option>
                  )}
                </For>
              </select>
              <small id={`${id}-hint`}>{keepWords.keep.say(props.chat.name)}</small>
            </div>
            <Show when={lost()}>
              <p role="alert" class="error">
                {keepWords.keep.lost}
              </p>
            </Show>
            <div class="acts fill">
              <button class="button primary" type="button" onClick={close}>
                {keepWords.keep.done}
              </button>
            </div>
          </div>
        </>
      )}
    </Dialog>
  )
}
