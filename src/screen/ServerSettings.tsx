import { createEffect, createSignal, createUniqueId, For, Show } from 'solid-js'
import type { Check, ServerKind } from '../chat/ports.ts'
import { useScreen } from './context.ts'
import { HideSwitch } from './parts/HideSwitch.tsx'
import { words } from './words/index.ts'
import { wireWords } from './words/wire.ts'

const GLYPHS = { testing: 'connecting', skipped: 'waiting', answered: 'direct', failed: 'failed' } as const

/** Which servers help to find and reach others, and whether they answer. */
export function ServerSettings() {
  const { state, actions } = useScreen()
  const [asked, setAsked] = createSignal(false)
  const none = (): boolean => {
    const { written, lent } = state.network
    return lent.length === 0 && ['', '[]'].includes(written.relays + written.iceServers)
  }
  const servers = (): string => state.network.written.iceServers + JSON.stringify(state.network.lent)
  const test = (): void => {
    setAsked(true)
    void actions.testConnection()
  }
  return (
    <section role="group" aria-label={wireWords.group}>
      <h2>{wireWords.heading}</h2>
      <div>
        <HideSwitch />
        <ServerField kind="relays" />
        <ServerField kind="iceServers" />
        <div class="acts">
          <button class="button" type="button" onClick={test}>
            {wireWords.test}
          </button>
        </div>
        <div role="status" aria-label={wireWords.results}>
          <Show when={asked() && none()}>
            <p>{wireWords.nothingToTest}</p>
          </Show>
          <Show when={asked() && state.me.hideIp && !/"turns?:/i.test(servers())}>
            <p>{wireWords.nowhereToHide}</p>
          </Show>
          <ul class="results" role="list">
            <For each={asked() ? state.network.checks : []}>{(check) => <Result check={check} />}</For>
          </ul>
        </div>
      </div>
    </section>
  )
}

function Result(props: { check: Check }) {
  return (
    <li data-state={props.check.state}>
      <span class="line" data-state={GLYPHS[props.check.state]} aria-hidden="true" />
      <code dir="ltr">{props.check.id}</code> <span>{wireWords.result(props.check)}</span>
    </li>
  )
}

/** Kept when one leaves the field; what cannot be kept stays there to be mended, and is not used. */
function ServerField(props: { kind: ServerKind }) {
  const { state, actions } = useScreen()
  const id = createUniqueId()
  const [wrong, setWrong] = createSignal('')
  let input!: HTMLTextAreaElement
  const name = () => wireWords.fields[props.kind].name
  createEffect(() => {
    const written = state.network.written[props.kind]
    if (document.activeElement !== input && !wrong()) input.value = written
  })
  const save = async (): Promise<void> => {
    const outcome = await actions.setServers(props.kind, input.value)
    if (outcome.ok) input.value = state.network.written[props.kind]
    setWrong(outcome.ok ? '' : outcome.reason ? wireWords.wrong(name(), outcome.reason) : words.wire.notKept)
  }
  return (
    <div class="field">
      <label for={id}>{name()}</label>
      <textarea
        ref={input}
        class="input code"
        id={id}
        rows="2"
        dir="ltr"
        spellcheck={false}
        // Browsers would keep what is typed in a field with a purpose, in clear.
        autocomplete="off"
        autocapitalize="off"
        aria-invalid={wrong() !== ''}
        aria-describedby={`${id}-hint`}
        onChange={() => void save()}
      />
      <small id={`${id}-hint`}>
        {state.network.own.includes(props.kind) ? wireWords.own : wireWords.fields[props.kind].hint}
        <Show when={props.kind === 'iceServers' && state.network.lent.length > 0}>
          {' '}
          {wireWords.lent(state.network.lent)}
        </Show>
      </small>
      <Show when={wrong()}>
        <p role="alert" class="error">
          {wrong()}
        </p>
      </Show>
    </div>
  )
}
