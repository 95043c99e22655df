import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Dialog, DialogHead } from './parts/Dialog.tsx'
import { words } from './words/index.ts'

/** Asks once, then the contact is gone and the list is shown. */
export function LeaveDialog(props: { chat: ChatSummary; onClosed: () => void }) {
  const { actions, router } = useScreen()
  const remove = (): void => {
    actions.removeContact(props.chat.id)
    router.replace('#/')
  }
  return (
    <Dialog class="sheet" label={words.remove.title(props.chat.name)} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={words.remove.title(props.chat.name)} close={close} />
          <div class="dialog-body">
            <p>{words.remove.say(props.chat.name)}</p>
            <div class="acts fill">
              <button class="button" type="button" onClick={close}>
                {words.remove.keep}
              </button>
              <button class="button stop" type="button" onClick={remove}>
                {words.remove.go}
              </button>
            </div>
          </div>
        </>
      )}
    </Dialog>
  )
}
