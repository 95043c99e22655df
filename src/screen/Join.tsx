import { Show } from 'solid-js'
import type { JoinView } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import type { Found } from './link-reader.ts'
import { Alerts } from './parts/Alerts.tsx'
import { ByHandAct, Connection } from './parts/Connection.tsx'
import { HideSwitch } from './parts/HideSwitch.tsx'
import { Icon } from './parts/Icon.tsx'
import { NameField } from './parts/NameField.tsx'
import { EndStage, focusOnArrival, HomeMark } from './parts/Stage.tsx'
import { StartButton } from './parts/StartButton.tsx'
import { isPending } from './pending.ts'
import { words } from './words/index.ts'

/** A link this person opened. Nothing leaves the device before Join is pressed. */
export function Join(props: { join: JoinView }) {
  return (
    <Show when={isPending(props.join)} fallback={<Ended join={props.join} />}>
      <Invited join={props.join} />
    </Show>
  )
}

/** A link that cannot even be joined. */
export function LinkTroubleStage(props: Found) {
  const { router } = useScreen()
  return (
    <EndStage
      say={words.linkProblems[props.why].say}
      lede={props.why === 'own' && !props.invite ? words.join.ownEnded : words.linkProblems[props.why].lede}
    >
      <div class="acts">
        <Show when={props.invite} fallback={<StartButton class="button" label={words.join.startOwn} />}>
          {(id) => (
            <button class="button primary" type="button" onClick={() => router.go(`#/invite/${id()}`)}>
              {words.join.toOwn}
            </button>
          )}
        </Show>
      </div>
    </EndStage>
  )
}

function Ended(props: { join: JoinView }) {
  const { actions } = useScreen()
  const said = () => words.join.ends[props.join.phase as keyof typeof words.join.ends] ?? words.join.ends.used
  return (
    <EndStage say={said().say} lede={said().lede}>
      <div class="acts">
        <StartButton class="button" label={words.join.startOwn} onStarted={() => actions.forget(props.join.id)} />
      </div>
    </EndStage>
  )
}

function Invited(props: { join: JoinView }) {
  const { state, actions, router } = useScreen()
  const joining = () => props.join.phase === 'joining'
  let heading!: HTMLHeadingElement
  let name!: HTMLInputElement
  focusOnArrival(() => heading)
  const join = (event: Event): void => {
    event.preventDefault()
    actions.setName(name.value)
    actions.join(props.join.id)
  }
  const forget = (): void => {
    actions.forget(props.join.id)
    router.replace('#/')
  }
  return (
    <main class="stage">
      <header class="stage-head">
        <HomeMark />
      </header>
      <div class="stage-body">
        <div class="two from-them">
          <div class="half them" aria-hidden="true" />
          <form class="text" onSubmit={join}>
            <h1 class="say" ref={heading} tabindex="-1">
              {words.join.say}
            </h1>
            <p class="lede">{joining() ? words.join.joining : words.join.lede}</p>
            <NameField hint={words.me.seenByOne} ref={(input) => (name = input)}>
              <button class="button primary" type="submit" disabled={joining()}>
                {words.join.go}
              </button>
            </NameField>
            <HideSwitch />
            <Show when={!state.me.hideIp}>
              <p class="fact">
                <Icon name="info" />
                <span>{words.join.addresses}</span>
              </p>
            </Show>
            <div class="acts">
              <button class="link" type="button" onClick={forget}>
                {words.join.forget}
              </button>
              <ByHandAct id={props.join.id} line={props.join.line} />
            </div>
          </form>
        </div>
      </div>
      <footer class="stage-foot">
        <Alerts />
        <Show when={joining()}>
          <Connection id={props.join.id} line={props.join.line} place="join" />
        </Show>
      </footer>
    </main>
  )
}
