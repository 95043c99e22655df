import { createSignal, Show } from 'solid-js'
import type { LockChange, LockFacts, LockKept } from '../chat/keyring.ts'
import { useScreen } from './context.ts'
import { lostWords } from './lost-words.ts'
import { AskTwice } from './PassphraseDialog.tsx'
import { SecretRow } from './parts/SecretRow.tsx'
import { Switch } from './parts/Switch.tsx'
import { moreLockWords } from './words/lock-more.ts'

type Change = (to: LockChange) => Promise<LockKept>

/** What can be added to a passphrase, and in plain words what it cannot do. */
export function LockMore() {
  const { actions } = useScreen()
  const [facts, setFacts] = createSignal<LockFacts>()
  const look = (): Promise<unknown> => actions.lockFacts().then(setFacts, () => undefined)
  void look()
  const change: Change = async (to) => {
    const kept = await actions.changeLock(to).catch(() => false)
    await look()
    return kept
  }
  return (
    <Show when={facts()}>
      {(known) => (
        <>
          <Switch
            {...moreLockWords.ten}
            on={known().eraseAfterTen}
            turn={async (on) => (await change({ to: 'erase-after-ten', on })) === true}
          />
          <Duress facts={known()} change={change} />
          <Show when={known().passkeys}>
            <Passkey facts={known()} change={change} />
          </Show>
        </>
      )}
    </Show>
  )
}

function Duress(props: { facts: LockFacts; change: Change }) {
  const words = moreLockWords.duress
  const [asking, setAsking] = createSignal<object>()
  return (
    <>
      <SecretRow
        words={words}
        say={props.facts.duress ? words.isSet : words.unset}
        isSet={props.facts.duress}
        onSet={() => setAsking({})}
        remove={() => props.change({ to: 'no-duress' })}
      />
      <Show when={asking()} keyed>
        <DuressDialog
          title={props.facts.duress ? words.change : words.set}
          change={props.change}
          onClosed={() => setAsking(undefined)}
        />
      </Show>
    </>
  )
}

function DuressDialog(props: { title: string; change: Change; onClosed: () => void }) {
  const words = moreLockWords.duress
  // What is asked for when it opens stays, whatever is set meanwhile.
  const { title } = props
  const [erases, setErases] = createSignal(false)
  const turn = (on: boolean): Promise<boolean> => {
    setErases(on)
    return Promise.resolve(true)
  }
  return (
    <AskTwice
      title={title}
      keep={(passphrase) => props.change({ to: 'duress', passphrase, erases: erases() })}
      choice={<Switch {...words.erases} on={erases()} turn={turn} />}
      onClosed={() => props.onClosed()}
    >
      <p>{words.why}</p>
      <p class="hint">{words.limits}</p>
      <p class="hint">{words.inside}</p>
    </AskTwice>
  )
}

function Passkey(props: { facts: LockFacts; change: Change }) {
  const words = moreLockWords.passkey
  const [busy, setBusy] = createSignal(false)
  const [trouble, setTrouble] = createSignal('')
  const turn = async (): Promise<void> => {
    const has = props.facts.passkey
    setTrouble('')
    setBusy(true)
    const kept = await props.change({ to: has ? 'no-passkey' : 'passkey' })
    setBusy(false)
    setTrouble(has || kept !== false ? lostWords(kept) : words.none)
  }
  return (
    <>
      <div class="row">
        <p>
          <span>{words.name}</span>
          <small>{props.facts.passkey ? words.isSet : words.unset}</small>
        </p>
        <button class="button" type="button" disabled={busy()} onClick={() => void turn()}>
          {props.facts.passkey ? words.remove : words.add}
        </button>
      </div>
      <Show when={trouble()}>
        <p role="alert" class="error">
          {trouble()}
        </p>
      </Show>
    </>
  )
}
