import { createSignal, onCleanup, Show } from 'solid-js'
import { exportBackup } from '../chat/mover.ts'
import type { Outcome } from '../chat/moving.ts'
import { chooseTarget } from './backup-target.ts'
import { useScreen } from './context.ts'
import { NewPassphrase } from './NewPassphrase.tsx'
import { Dialog, DialogHead, type Close } from './parts/Dialog.tsx'
import { Progress } from './parts/Progress.tsx'
import { backupWords } from './words/backup.ts'
import { words } from './words/index.ts'

const said = backupWords.export

/** Asks twice for the passphrase of the file, then writes it. */
export function ExportDialog(props: { onClosed: () => void }) {
  const { actions } = useScreen()
  const [passphrase, setPassphrase] = createSignal<string>()
  const [tried, setTried] = createSignal(false)
  const [run, setRun] = createSignal<{ readonly done: number; readonly of: number }>()
  const [outcome, setOutcome] = createSignal<Outcome>()
  let stopper = new AbortController()
  onCleanup(() => stopper.abort())

  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    setTried(true)
    const chosen = passphrase()
    if (chosen === undefined || run()) return
    setOutcome(undefined)
    setRun({ done: 0, of: 0 })
    stopper = new AbortController()
    setOutcome(await write(chosen).catch((): Outcome => ({ ok: false, why: 'failed' })))
    setRun(undefined)
  }
  const write = async (chosen: string): Promise<Outcome | undefined> => {
    const target = await chooseTarget(`Sotto backup ${today()}.sotto`)
    if (!target) return undefined
    const watch = {
      progress: (done: number, of: number) => setRun({ done, of: Math.max(done, of) }),
      signal: stopper.signal,
    }
    const written = await exportBackup(await actions.mover(), target.write, chosen, watch).catch((): Outcome => ({
      ok: false,
      why: 'failed',
    }))
    await (written.ok ? target.keep() : target.drop())
    return written
  }
  const trouble = (): string => {
    const now = outcome()
    if (!now || now.ok) return ''
    return now.why === 'stopped' ? said.stopped : said.failed
  }
  const saved = () => {
    const now = outcome()
    return now?.ok ? now : undefined
  }
  return (
    <Dialog class="sheet" label={said.title} firm={run() !== undefined} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={said.title} close={close} focus={false} />
          <Show when={saved()} fallback={<Ask close={close} />}>
            {(now) => <Saved lacking={now().lacking} close={close} />}
          </Show>
        </>
      )}
    </Dialog>
  )

  function Ask(asked: { close: Close }) {
    return (
      <form class="dialog-body" onSubmit={(event) => void save(event)}>
        <p>{said.why}</p>
        <p class="hint">{said.not}</p>
        <NewPassphrase tried={tried()} onText={setPassphrase} />
        <Show when={run()}>
          {(now) => (
            <Progress
              label={said.progress}
              done={now().done}
              of={now().of}
              text={now().of > 0 ? said.of(now().done, now().of) : backupWords.moment}
            />
          )}
        </Show>
        <p class="error" role="status">
          {trouble()}
        </p>
        <div class="acts fill">
          <button class="button" type="button" onClick={() => (run() ? stopper.abort() : asked.close())}>
            {run() ? backupWords.stop : backupWords.notNow}
          </button>
          <button class="button primary" type="submit" disabled={run() !== undefined}>
            {said.go}
          </button>
        </div>
      </form>
    )
  }
}

function Saved(props: { lacking: number; close: Close }) {
  return (
    <div class="dialog-body">
      <p role="status">
        <strong>{said.done}</strong> {said.keep}
      </p>
      <Show when={props.lacking > 0}>
        <p class="error">{said.lacking(props.lacking)}</p>
      </Show>
      <div class="acts fill">
        <button class="button primary" type="button" autofocus onClick={() => props.close()}>
          {words.close}
        </button>
      </div>
    </div>
  )
}

/** As the person's own day has it: files sort by it. */
function today(): string {
  const now = new Date()
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}
