import { createSignal, createUniqueId, Show } from 'solid-js'
import { dropRestored, importBackup } from '../chat/mover.ts'
import type { BackupTrouble, Outcome, Stage } from '../chat/moving.ts'
import { useScreen, type Screen } from './context.ts'
import { Dialog, DialogHead, type Close } from './parts/Dialog.tsx'
import { Halves } from './parts/Mark.tsx'
import { Progress } from './parts/Progress.tsx'
import { backupWords } from './words/backup.ts'

const said = backupWords.import

type Run = { readonly stage: Stage; readonly done: number; readonly of: number; stop(): void }

/** One at a time, and longer than the dialog it began in: while it restores another screen stands there. */
const [run, setRun] = createSignal<Run>()
const [trouble, setTrouble] = createSignal<BackupTrouble>()

async function restore({ actions, router, restored }: Screen, file: File, passphrase: string): Promise<void> {
  const stopper = new AbortController()
  const show = (done: number, of: number, stage: Stage = 'checking'): void =>
    void setRun({ stage, done, of, stop: () => stopper.abort() })
  setTrouble(undefined)
  show(0, file.size)
  const watch = { progress: show, signal: stopper.signal }
  const outcome = await actions
    .mover()
    .then((mover) => importBackup(mover, file, passphrase, watch))
    .catch((): Outcome => ({ ok: false, why: 'failed' }))
  setRun(undefined)
  if (!outcome.ok) return void setTrouble(outcome.why)
  restored[1](true)
  router.go('#/')
}

/** Asks for a file and its passphrase. `onErase`: opens what asks about erasing. */
export function ImportDialog(props: { onErase?: () => void; onClosed: () => void }) {
  const closed = (): void => {
    setTrouble(undefined)
    props.onClosed()
  }
  const { state } = useScreen()
  const isOccupied = () => state.chats.length > 0
  return (
    <Dialog class="sheet" label={said.title} firm={run() !== undefined} onClosed={closed}>
      {(close) => (
        <>
          <DialogHead title={said.title} close={close} focus={false} />
          <Show when={isOccupied()} fallback={<ImportForm close={close} asked />}>
            <div class="dialog-body">
              <p>{backupWords.troubles.occupied}</p>
              <div class="acts fill">
                <button class="button" type="button" autofocus onClick={close}>
                  {backupWords.notNow}
                </button>
                <Show when={props.onErase}>
                  {(erase) => (
                    <button class="button stop" type="button" onClick={() => erase()()}>
                      {said.erase}
                    </button>
                  )}
                </Show>
              </div>
            </div>
          </Show>
        </>
      )}
    </Dialog>
  )
}

/** In the place of everything, while only a part of a backup is here. */
export function Restoring() {
  const { actions } = useScreen()
  const isAtWork = () => run() !== undefined
  return (
    <main class="stage">
      <span />
      <div class="stage-body">
        <Halves state="apart" two />
        <h1 class="say">{isAtWork() ? backupWords.part.working : backupWords.part.say}</h1>
        <p>{isAtWork() ? backupWords.part.workingLede : backupWords.part.lede}</p>
        <ImportForm />
      </div>
      <footer class="stage-foot">
        <p class="hint">
          {backupWords.part.overHow}{' '}
          <button
            class="link"
            type="button"
            disabled={isAtWork()}
            onClick={() => void actions.mover().then(dropRestored)}
          >
            {backupWords.part.over}
          </button>
        </p>
      </footer>
    </main>
  )
}

/** `close`: where there is something to go back to. `asked`: says what a restored backup means for others. */
function ImportForm(props: { close?: Close; asked?: boolean }) {
  const screen = useScreen()
  const id = createUniqueId()
  const [tried, setTried] = createSignal(false)
  let file!: HTMLInputElement
  let passphrase!: HTMLInputElement
  const [lacking, setLacking] = createSignal('')
  const begin = (event: Event): void => {
    event.preventDefault()
    setTried(true)
    const [chosen] = file.files ?? []
    setLacking(chosen ? (passphrase.value === '' ? said.noPassphrase : '') : said.noFile)
    if (chosen && passphrase.value !== '' && !run()) void restore(screen, chosen, passphrase.value)
  }
  const problem = (): string => {
    const why = trouble()
    return lacking() || (why ? backupWords.troubles[why] : '')
  }
  return (
    <form classList={{ 'dialog-body': props.close !== undefined, says: !props.close }} onSubmit={begin}>
      <Show when={props.asked}>
        <p>{said.why}</p>
        <p class="hint">{said.asked}</p>
      </Show>
      <div class="field">
        <label for={`${id}-f`}>{said.file}</label>
        <input class="input" id={`${id}-f`} ref={file} type="file" disabled={run() !== undefined} />
      </div>
      <div class="field">
        <label for={`${id}-p`}>{backupWords.passphrase}</label>
        <input
          class="input"
          id={`${id}-p`}
          ref={passphrase}
          type="password"
          // Browsers would offer to keep it.
          autocomplete="off"
          aria-invalid={tried() && trouble() === 'passphrase'}
          aria-describedby={`${id}-e`}
          readOnly={run() !== undefined}
        />
      </div>
      <Show when={run()}>{(now) => <How {...now()} />}</Show>
      <p class="error" id={`${id}-e`} role="status">
        {run() ? '' : problem()}
      </p>
      <div class="acts fill">
        <Show when={run()} fallback={<Leave close={props.close} />}>
          {(now) => (
            <button class="button" type="button" onClick={() => now().stop()}>
              {backupWords.stop}
            </button>
          )}
        </Show>
        <button class="button primary" type="submit" disabled={run() !== undefined}>
          {said.go}
        </button>
      </div>
    </form>
  )
}

function Leave(props: { close: Close | undefined }) {
  return (
    <Show when={props.close}>
      {(close) => (
        <button class="button" type="button" onClick={() => close()()}>
          {backupWords.notNow}
        </button>
      )}
    </Show>
  )
}

function How(props: Run) {
  const text = () => (props.stage === 'checking' ? said.checking : said.restored(props.done, props.of))
  return <Progress label={text()} done={props.done} of={props.of} text={text()} />
}
