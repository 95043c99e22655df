import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Dialog, DialogHead, type Close } from './parts/Dialog.tsx'
import { keepWords } from './words/keep.ts'

/** Asks once, then the chat is empty here. */
export function ClearDialog(props: { chat: ChatSummary; onClosed: () => void }) {
  const { actions } = useScreen()
  const clear = (close: Close): void => {
    actions.clearChat(props.chat.id)
    close()
  }
  return (
    <Dialog class="sheet" label={keepWords.clear.title} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={keepWords.clear.title} close={close} />
          <div class="dialog-body">
            <p>{keepWords.clear.say(props.chat.name)}</p>
            <p>{keepWords.clear.disk}</p>
            <div class="acts fill">
              <button class="button" type="button" onClick={close}>
                {keepWords.clear.keep}
              </button>
              <button class="button stop" type="button" onClick={() => clear(close)}>
                {keepWords.clear.go}
              </button>
            </div>
          </div>
        </>
      )}
    </Dialog>
  )
}
