import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Dialog, DialogHead } from './parts/Dialog.tsx'
import { contactWords } from './words/settings.ts'

/** Asks once, then the contact is gone and the list is shown. */
export function LeaveDialog(props: { chat: ChatSummary; onClosed: () => void }) {
  const { actions, router } = useScreen()
  const remove = (): void => {
    actions.removeContact(props.chat.id)
    router.replace('#/')
  }
  return (
    <Dialog class="sheet" label={contactWords.remove.title(props.chat.name)} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={contactWords.remove.title(props.chat.name)} close={close} />
          <div class="dialog-body">
            <p>{contactWords.remove.say(props.chat.name)}</p>
            <div class="acts fill">
              <button class="button" type="button" onClick={close}>
                {contactWords.remove.keep}
              </button>
              <button class="button stop" type="button" onClick={remove}>
                {contactWords.remove.go}
              </button>
            </div>
          </div>
        </>
      )}
    </Dialog>
  )
}
