import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { Line } from '../../chat/snapshot.ts'
import { useScreen } from '../context.ts'
import { ConnectionDialog } from '../fetched.tsx'
import { words, type LineAct, type LinePlace } from '../words/index.ts'
import { StartButton } from './StartButton.tsx'

/** How two devices reach each other: the glyph, the state or its cause in bold, and the next step. */
export function Connection(props: { id: string; line: Line; place: LinePlace; name?: string }) {
  const said = () => words.line(props.line, props.place, props.name ?? '')
  const oneLine = () => ['direct', 'relayed', 'connecting'].includes(props.line.state)
  const [looking, setLooking] = createSignal<object>()
  return (
    <>
      <div class="connection" role="status" aria-label={words.connection} data-state={props.line.state}>
        <span class="line" data-state={props.line.state} aria-hidden="true" />
        <Show
          when={oneLine()}
          fallback={
            <div>
              <strong>{said().strong}</strong>
              <p>{said().rest}</p>
            </div>
          }
        >
          <strong>{said().strong}</strong>
          <p>{said().rest}</p>
        </Show>
        <div class="acts">
          <For each={said().acts}>{(act) => <Act act={act} id={props.id} />}</For>
          <Show when={(said().acts ?? []).length < 2 || props.line.cause === 'no-relay'}>
            <button
              class="link"
              type="button"
              aria-haspopup="dialog"
              aria-label={words.wire.open}
              onClick={() => setLooking({})}
            >
              {words.wire.details}
            </button>
          </Show>
        </div>
      </div>
      <Show when={looking()} keyed>
        <ConnectionDialog
          id={props.id}
          line={props.line}
          place={props.place}
          name={props.name ?? ''}
          onClosed={() => setLooking(undefined)}
        />
      </Show>
    </>
  )
}

/** The way without relays; where none can be reached the line's own words offer it, and hidden or without WebRTC it leads nowhere. */
export function ByHandAct(props: { id: string; line: Line }) {
  return (
    <Show when={!props.line.cause?.startsWith('no')}>
      <Act act="hand" id={props.id} />
    </Show>
  )
}

export function Act(props: { act: LineAct; id: string }) {
  const { actions, router } = useScreen()
  const press = (): void => {
    if (props.act === 'hand') return router.go(`#/hand/${props.id}`)
    if (props.act === 'recover') actions.letRecover(props.id)
    else if (props.act === 'stop') actions.stop(props.id)
    else actions.retry(props.id)
  }
  return (
    <Switch
      fallback={
        <button class="link" type="button" onClick={press}>
          {words.acts[props.act]}
        </button>
      }
    >
      <Match when={props.act === 'start'}>
        <StartButton class="link" />
      </Match>
      <Match when={props.act === 'settings'}>
        <a class="link" href="#/settings">
          {words.acts.settings}
        </a>
      </Match>
    </Switch>
  )
}
