import { createSignal, Show } from 'solid-js'
import { EraseDialog } from './EraseDialog.tsx'
import { ExportDialog } from './ExportDialog.tsx'
import { ImportDialog } from './ImportDialog.tsx'
import { MoveDialog } from './MoveAway.tsx'
import { backupWords } from './words/backup.ts'
import { moveWords } from './words/move.ts'

/** Everything in one file, out of this browser and into another. */
export function BackupSettings() {
  const [exporting, setExporting] = createSignal<object>()
  const [importing, setImporting] = createSignal<object>()
  const [moving, setMoving] = createSignal<object>()
  const [erasing, setErasing] = createSignal<object>()
  const erase = (): void => {
    setImporting(undefined)
    setErasing({})
  }
  return (
    <section>
      <h2>{backupWords.heading}</h2>
      <div>
        <div class="row">
          <p>
            <span>{backupWords.say}</span>
            <small>{backupWords.how}</small>
          </p>
          <div class="acts">
            <button class="button" type="button" onClick={() => setExporting({})}>
              {backupWords.export.title}
            </button>
            <button class="button" type="button" onClick={() => setImporting({})}>
              {backupWords.import.title}
            </button>
          </div>
        </div>
        <div class="row">
          <p>
            <span>{moveWords.say}</span>
            <small>{moveWords.how}</small>
          </p>
          <button class="button" type="button" onClick={() => setMoving({})}>
            {moveWords.title}
          </button>
        </div>
      </div>
      <Show when={exporting()} keyed>
        <ExportDialog onClosed={() => setExporting(undefined)} />
      </Show>
      <Show when={importing()} keyed>
        <ImportDialog onErase={erase} onClosed={() => setImporting(undefined)} />
      </Show>
      <Show when={moving()} keyed>
        <MoveDialog onClosed={() => setMoving(undefined)} />
      </Show>
      <Show when={erasing()} keyed>
        <EraseDialog onClosed={() => setErasing(undefined)} />
      </Show>
    </section>
  )
}
