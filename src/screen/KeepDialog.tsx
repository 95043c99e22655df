import { createSignal, createUniqueId, For, Show } from 'solid-js'
import type { ChatSummary } from '../chat/snapshot.ts'
import type { TimerAct } from '../chat/timer.ts'
import { useScreen } from './context.ts'
import { Dialog, DialogHead } from './parts/Dialog.tsx'
import { keepWords } from './words/keep.ts'

const DAY = 86_400
/** Seconds; 0: for ever. */
const TIMES = [0, 365 * DAY, 90 * DAY, 30 * DAY, 7 * DAY, DAY, 3_600]

const TIMERS = [28 * DAY, 7 * DAY, DAY, 8 * 3_600, 3_600, 300]

/** How long what is said in a chat stays: on this device, and on both if both want that. */
export function KeepDialog(props: { chat: ChatSummary; onClosed: () => void }) {
  const { actions } = useScreen()
  const id = createUniqueId()
  const [lost, setLost] = createSignal(false)
  // One that another version knows stands there as well.
  const times = () => [...new Set([...TIMES, props.chat.keepFor])]
  const choose = async (select: HTMLSelectElement): Promise<void> => {
    setLost(!(await actions.setKeepFor(props.chat.id, Number(select.value))))
    select.value = String(props.chat.keepFor)
  }
  return (
    <Dialog class="sheet" label={keepWords.keep.title} onClosed={() => props.onClosed()}>
      {(close) => (
        <>
          <DialogHead title={keepWords.keep.title} close={close} focus={false} />
          <div class="dialog-body">
            <div class="field">
              <label for={id}>{keepWords.keep.label}</label>
              <select
                class="input choice"
                id={id}
                autofocus
                aria-describedby={`${id}-hint`}
                onChange={(event) => void choose(event.currentTarget)}
              >
                <For each={times()}>
                  {(seconds) => (
                    <option value={seconds} selected={seconds === props.chat.keepFor}>
                      {keepWords.keep.time(seconds)}
                    </option>
                  )}
                </For>
              </select>
              <small id={`${id}-hint`}>{keepWords.keep.say(props.chat.name)}</small>
            </div>
            <Show when={lost()}>
              <p role="alert" class="error">
                {keepWords.keep.lost}
              </p>
            </Show>
            <TimerPart chat={props.chat} />
            <div class="acts fill">
              <button class="button primary" type="button" onClick={close}>
                {keepWords.keep.done}
              </button>
            </div>
          </div>
        </>
      )}
    </Dialog>
  )
}

/** Messages that disappear on both sides: what holds, what is suggested, and the next step. */
function TimerPart(props: { chat: ChatSummary }) {
  const { actions } = useScreen()
  const id = createUniqueId()
  const [lost, setLost] = createSignal(false)
  let select!: HTMLSelectElement
  const timer = () => props.chat.timer
  const mine = () => timer().pending?.mine === true
  const offered = () => (timer().pending?.mine === false ? timer().pending : undefined)
  const act = async (what: TimerAct): Promise<void> => {
    setLost(!(await actions.setTimer(props.chat.id, what)))
  }
  return (
    <div class="field" role="group" aria-labelledby={id}>
      <strong class="label" id={id}>
        {keepWords.timer.heading}
      </strong>
      <small>{keepWords.timer.say(props.chat.name)}</small>
      <Show when={timer().seconds > 0}>
        <p>{keepWords.timer.inForce(timer().seconds)}</p>
      </Show>
      <Show when={mine() && timer().pending}>{(own) => <p>{keepWords.timer.suggested(own().seconds)}</p>}</Show>
      <Show when={offered()}>
        {(theirs) => (
          <div class="acts">
            <p>{keepWords.timer.offered(props.chat.name, theirs().seconds)}</p>
            <button class="button" type="button" onClick={() => void act({ act: 'agree', n: timer().n })}>
              {keepWords.timer.agree}
            </button>
          </div>
        )}
      </Show>
      <Show when={!mine()}>
        <div class="acts">
          <select class="input choice" ref={select} aria-label={keepWords.timer.label}>
            <For each={TIMERS}>
              {(seconds) => (
                <option value={seconds} selected={seconds === (timer().seconds || DAY)}>
                  {keepWords.keep.time(seconds)}
                </option>
              )}
            </For>
          </select>
          <button
            class="button"
            type="button"
            onClick={() => void act({ act: 'suggest', seconds: Number(select.value) })}
          >
            {keepWords.timer.suggest}
          </button>
        </div>
      </Show>
      <Show when={mine() || timer().seconds > 0}>
        <button class="link" type="button" onClick={() => void act({ act: 'end' })}>
          {timer().seconds > 0 ? keepWords.timer.end : keepWords.timer.takeBack}
        </button>
      </Show>
      <Show when={lost()}>
        <p role="alert" class="error">
          {keepWords.timer.lost}
        </p>
      </Show>
    </div>
  )
}
