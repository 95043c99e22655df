import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { MAX_NAME_LENGTH } from './limits.ts'
import type { Close } from './parts/Dialog.tsx'
import { FieldDialog } from './parts/FieldDialog.tsx'
import { contactWords } from './words/settings.ts'

/** The name this person gives a contact; nobody else sees it. */
export function RenameDialog(props: { chat: ChatSummary; onClosed: () => void }) {
  const { actions } = useScreen()
  const save = (name: string, close: Close): void => {
    actions.rename(props.chat.id, name)
    close()
  }
  return (
    <FieldDialog
      title={contactWords.rename.title}
      label={contactWords.rename.field}
      hint={contactWords.rename.hint}
      go={contactWords.rename.save}
      value={props.chat.name}
      maxLength={MAX_NAME_LENGTH}
      onText={save}
      onClosed={() => props.onClosed()}
    />
  )
}
