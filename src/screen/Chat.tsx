import { createSignal, For, Show } from 'solid-js'
import { isStorageTrouble, type ChatSummary } from '../chat/snapshot.ts'
import { ChatMenu } from './ChatMenu.tsx'
import { Composer } from './Composer.tsx'
import { useScreen } from './context.ts'
import { InForce, LeaveDialog, Safety } from './fetched.tsx'
import { Log } from './Log.tsx'
import { AlertNotice } from './parts/Alerts.tsx'
import { Connection } from './parts/Connection.tsx'
import { Face } from './parts/Face.tsx'
import { Icon } from './parts/Icon.tsx'
import { Halves } from './parts/Mark.tsx'
import { Notice } from './parts/Notice.tsx'
import { focusOnArrival } from './parts/Stage.tsx'
import { words } from './words/index.ts'

/** One conversation. While something holds it, a notice stands where one would write; what was written stays. */
export function Chat(props: { chat: ChatSummary }) {
  const { state } = useScreen()
  const [spoken, setSpoken] = createSignal(0)
  const [comparing, setComparing] = createSignal<object>()
  const open = () => (state.open?.id === props.chat.id ? state.open : undefined)
  const stopped = () => open()?.stopped ?? false
  const full = () => props.chat.line.cause === 'storage-full' || state.alerts.some(isStorageTrouble)
  // Beside the list it stands there.
  const late = () => state.alerts.filter((a) => a.kind === 'late-opener' && a.chatId === props.chat.id)
  return (
    <main class="main">
      <ChatBar chat={props.chat} onCompare={() => setComparing({})} />
      <Show when={open()} keyed>
        {(chat) => (
          <>
            <Log chat={chat} name={props.chat.name} spoken={spoken()} onCompare={() => setComparing({})} />
            <For each={late()}>
              {(alert) => (
                <div class="hold alone">
                  <AlertNotice alert={alert} />
                </div>
              )}
            </For>
            <Show when={stopped()}>
              <StoppedHold chat={props.chat} onCompare={() => setComparing({})} />
            </Show>
            <Show when={full() && !stopped()}>
              <FullHold chat={props.chat} />
            </Show>
            <Composer chat={chat} held={stopped() || full()} onSend={() => setSpoken((n) => n + 1)} />
          </>
        )}
      </Show>
      <Show when={comparing()} keyed>
        <Safety chat={props.chat} onClosed={() => setComparing(undefined)} />
      </Show>
    </main>
  )
}

/** Name and connection, and the two things one can do about a person. */
function ChatBar(props: { chat: ChatSummary; onCompare: () => void }) {
  let heading!: HTMLHeadingElement
  // Where one writes with keys, the composer takes the focus instead.
  if (matchMedia('(pointer: coarse)').matches) focusOnArrival(() => heading)
  return (
    <header class="bar">
      <a class="tool back" href="#/" aria-label={words.back}>
        <Icon name="back" mirrors />
      </a>
      <Face id={props.chat.id} name={props.chat.name} />
      <h1 class="bar-name" ref={heading} tabindex="-1">
        <bdi>{props.chat.name || words.someone}</bdi>
        <Show when={props.chat.timer.seconds}>{(seconds) => <InForce seconds={seconds()} />}</Show>
      </h1>
      <Connection id={props.chat.id} line={props.chat.line} place="chat" name={props.chat.name} />
      <div class="bar-tools">
        <button class="seal" type="button" data-verified={props.chat.verified} onClick={() => props.onCompare()}>
          <Show when={props.chat.verified} fallback={<Halves state="apart" />}>
            <Halves two />
          </Show>
          <span>{words.chat.safety}</span>
        </button>
        <ChatMenu chat={props.chat} />
      </div>
    </header>
  )
}

function StoppedHold(props: { chat: ChatSummary; onCompare: () => void }) {
  const [leaving, setLeaving] = createSignal<object>()
  return (
    <div class="hold">
      <Notice
        strong={words.stopped.strong}
        say={words.stopped.say(props.chat.name)}
        tile={<Halves state="failed" />}
        tone="stop"
      >
        <button class="button primary" type="button" onClick={() => props.onCompare()}>
          {words.stopped.compare}
        </button>
        <button class="button" type="button" onClick={() => setLeaving({})}>
          {words.stopped.leave}
        </button>
      </Notice>
      <Show when={leaving()} keyed>
        <LeaveDialog chat={props.chat} onClosed={() => setLeaving(undefined)} />
      </Show>
    </div>
  )
}

function FullHold(props: { chat: ChatSummary }) {
  const { state, actions } = useScreen()
  const retry = (): void => {
    for (const alert of state.alerts) if (isStorageTrouble(alert)) actions.dismissAlert(alert.id)
    actions.retry(props.chat.id)
  }
  const failed = () => state.alerts.some((alert) => alert.kind === 'storage-failed')
  return (
    <div class="hold">
      <Notice
        strong={failed() ? words.alerts.unkept : words.alerts.full}
        say={failed() ? words.alerts.unkeptHow : words.alerts.fullHow}
        tile={<Icon name="disk" />}
        tone="stop"
      >
        <button class="button" type="button" onClick={retry}>
          {words.tryAgain}
        </button>
      </Notice>
    </div>
  )
}
