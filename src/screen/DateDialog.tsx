import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import type { Close } from './parts/Dialog.tsx'
import { FieldDialog } from './parts/FieldDialog.tsx'
import { localDate } from './time.ts'
import { findWords } from './words/find.ts'

/** To what was said on a day. */
export function DateDialog(props: { chat: ChatSummary; onClosed: () => void }) {
  const { today, visit } = useScreen()
  const go = (day: string, close: Close): void => {
    // Midnight where this device is.
    const since = new Date(`${day}T00:00`).getTime()
    if (Number.isNaN(since)) return
    close()
    visit(props.chat.id, { since })
  }
  return (
    <FieldDialog
      title={findWords.date.title}
      label={findWords.date.label}
      hint={findWords.date.lede}
      go={findWords.date.go}
      value={localDate(today())}
      until={localDate(today())}
      onText={go}
      onClosed={() => props.onClosed()}
    />
  )
}
