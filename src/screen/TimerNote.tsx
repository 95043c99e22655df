import { Show } from 'solid-js'
import type { MessageView } from '../chat/snapshot.ts'
import type { TimerAct } from '../chat/timer.ts'
import { useScreen } from './context.ts'
import { Icon } from './parts/Icon.tsx'
import { timerWords } from './words/timer.ts'

/** What was said about messages that disappear; where it asks, one can agree. `name`: whose chat it is in. */
export function TimerNote(props: {
  chatId: string
  timer: NonNullable<MessageView['timer']>
  mine: boolean
  name: string
}) {
  const { actions } = useScreen()
  const act = (what: TimerAct): void => void actions.setTimer(props.chatId, what)
  return (
    <>
      <span>{timerWords.said(props.timer, props.mine, props.name)}</span>
      <Show when={props.timer.asks}>
        <span class="acts">
          <button class="button primary" type="button" onClick={() => act({ act: 'agree', n: props.timer.n })}>
            {timerWords.agree}
          </button>
          <button class="button" type="button" onClick={() => act({ act: 'decline' })}>
            {timerWords.decline}
          </button>
        </span>
      </Show>
    </>
  )
}

/** Stands beside the name of somebody with whom what is said disappears. */
export function InForce(props: { seconds: number }) {
  return (
    <small class="in-force">
      <Icon name="timer" /> <span class="unseen">{timerWords.expires(props.seconds)}</span>
      <span aria-hidden="true">{timerWords.time(props.seconds)}</span>
    </small>
  )
}

/** Stands beside what disappears. */
export function Expires(props: { seconds: number }) {
  return (
    <>
      <Icon name="timer" />
      <span class="unseen">{timerWords.expires(props.seconds)}</span>
    </>
  )
}
