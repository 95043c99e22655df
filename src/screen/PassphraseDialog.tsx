import { createSignal, Show, type JSX } from 'solid-js'
import type { LockKept, Told } from '../chat/keyring.ts'
import { useScreen } from './context.ts'
import { lostWords } from './lost-words.ts'
import { NewPassphrase } from './NewPassphrase.tsx'
import { Dialog, DialogHead, type Close } from './parts/Dialog.tsx'
import { lockWords } from './words/lock.ts'

/** For the passphrase that opens this profile. */
export function PassphraseDialog(props: { onClosed: () => void }) {
  const { state, actions } = useScreen()
  const wasSealed = state.sealed === true
  return (
    <AskTwice
      title={wasSealed ? lockWords.change : lockWords.set}
      keep={(passphrase, told) => actions.changeLock({ to: 'passphrase', passphrase }, told)}
      onClosed={() => props.onClosed()}
    >
      <p>{lockWords.why}</p>
      <Show when={!wasSealed}>
        <p class="hint">{lockWords.older}</p>
      </Show>
    </AskTwice>
  )
}

/** Asks twice for a passphrase that nobody could bring back, below what is said of it. */
export function AskTwice(props: {
  title: string
  children: JSX.Element
  /** Between the fields and the buttons. */
  choice?: JSX.Element
  keep: (passphrase: string, told: Told) => Promise<LockKept>
  onClosed: () => void
}) {
  const [passphrase, setPassphrase] = createSignal<string>()
  const [tried, setTried] = createSignal(false)
  const [busy, setBusy] = createSignal(false)
  const [lost, setLost] = createSignal('')
  const [done, setDone] = createSignal(0)
  const [older, setOlder] = createSignal(false)
  const save = async (event: Event, close: Close): Promise<void> => {
    event.preventDefault()
    setTried(true)
    const chosen = passphrase()
    if (busy() || older() || chosen === undefined) return
    setLost('')
    setBusy(true)
    const kept = await props.keep(chosen, setDone).catch(() => false)
    setBusy(false)
    if (kept === true) close()
    else if (kept === 'older') setOlder(true)
    else setLost(lostWords(kept))
  }
  return (
    <Dialog class="sheet" label={props.title} firm={busy()} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={props.title} close={close} focus={false} />
          <form class="dialog-body" onSubmit={(event) => void save(event, close)}>
            {props.children}
            <NewPassphrase tried={tried()} onText={setPassphrase} />
            {props.choice}
            <Show when={lost()}>
              <p role="alert" class="error">
                {lost()}
              </p>
            </Show>
            <Show when={older()}>
              <p role="alert" class="error">
                {lockWords.stillOlder}
              </p>
            </Show>
            <div class="acts fill">
              <button class="button" type="button" disabled={busy()} onClick={close}>
                {older() ? lockWords.close : lockWords.notNow}
              </button>
              <button class="button primary" type="submit" disabled={busy() || older()}>
                {busy() ? (done() > 0 ? lockWords.sealing(done()) : lockWords.moment) : lockWords.save}
              </button>
            </div>
          </form>
        </>
      )}
    </Dialog>
  )
}
