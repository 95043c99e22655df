import { For, Show } from 'solid-js'
import type { Place } from '../chat/ports.ts'
import type { Line } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Act } from './parts/Connection.tsx'
import { Dialog, DialogHead } from './parts/Dialog.tsx'
import { words, type LinePlace } from './words/index.ts'
import { wireWords } from './words/wire.ts'

/** A clock further off than this may confuse other things than Sotto. */
const CLOCK_OFF = 5 * 60_000
const GLYPHS = {
  connecting: 'connecting',
  open: 'direct',
  mute: 'failed',
  closed: 'failed',
  refused: 'failed',
} as const

/** The truth about one line: what path it takes, who sees which address, and what helps to find each other. */
export function ConnectionDialog(props: {
  id: string
  line: Line
  place: LinePlace
  name: string
  onClosed: () => void
}) {
  const { state } = useScreen()
  const said = () => words.line(props.line, props.place, props.name)
  return (
    <Dialog class="sheet" label={wireWords.title} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={wireWords.title} close={close} />
          <div class="dialog-body wire">
            <div class="wire-picture" aria-hidden="true">
              <span>{words.you}</span>
              <span class="line" data-state={props.line.state} />
              <bdi>{props.name || words.someone}</bdi>
            </div>
            <p>
              <strong>{said().strong}</strong> {said().rest}
            </p>
            <Show when={props.line.cause?.endsWith('absent')}>
              <p>{wireWords.silence(props.name)}</p>
            </Show>
            <dl>
              <Show when={props.line.wire}>
                {(wire) => (
                  <>
                    <dt>{wireWords.path}</dt>
                    <dd>{wireWords.paths(props.line)}</dd>
                    <Places title={wireWords.theySee(props.name)} places={seen(wire())} />
                    <Places title={wireWords.youSee} places={theirs(wire())} />
                  </>
                )}
              </Show>
              <dt>{wireWords.relays}</dt>
              <dd>
                <Show
                  when={state.network.relays.length > 0}
                  fallback={state.network.written.relays === '' ? wireWords.noRelays : wireWords.unused}
                >
                  <ul class="results" role="list">
                    <For each={state.network.relays}>
                      {(relay) => (
                        <li>
                          <span class="line" data-state={GLYPHS[relay.state]} aria-hidden="true" />
                          <code dir="ltr">{relay.id}</code> <span>{wireWords.relay[relay.state]}</span>
                        </li>
                      )}
                    </For>
                  </ul>
                </Show>
              </dd>
              <Show when={Math.abs(state.network.clockOff) > CLOCK_OFF}>
                <dt>{wireWords.clock}</dt>
                <dd>{wireWords.clockOff(state.network.clockOff)}</dd>
              </Show>
            </dl>
            <Show
              when={
                ['waiting', 'failed', 'offline'].includes(props.line.state) &&
                // Codes lead nowhere there.
                !/^(?:stopped|nowhere|no-webrtc)/.test(props.line.cause ?? '')
              }
            >
              <div class="acts">
                <Act act="hand" id={props.id} />
              </div>
            </Show>
          </div>
        </>
      )}
    </Dialog>
  )
}

function Places(props: { title: string; places: readonly Place[] }) {
  return (
    <Show when={props.places.length > 0}>
      <dt>{props.title}</dt>
      <For each={props.places}>{(place) => <dd>{wireWords.place(place)}</dd>}</For>
    </Show>
  )
}

type Wire = NonNullable<Line['wire']>

/** A random name tells nothing outside of the own network; inside it the address shows anyway. */
function seen({ shown, sameNetwork }: Wire): readonly Place[] {
  return shown.filter(({ kind, address }) => address !== undefined || kind !== 'host' || sameNetwork)
}

function theirs({ theirs: place }: Wire): readonly Place[] {
  return place ? [place] : []
}
