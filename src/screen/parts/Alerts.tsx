import { For, Match, Show, Switch } from 'solid-js'
import { isStorageTrouble, type Alert } from '../../chat/snapshot.ts'
import { leftIn, type Room } from '../../chat/room.ts'
import { useScreen } from '../context.ts'
import { sizeOf } from '../size.ts'
import { words } from '../words/index.ts'
import { Icon } from './Icon.tsx'
import { Notice } from './Notice.tsx'

/** What must be told wherever one is; a full disk is told in place of the composer while a chat is open. */
export function Alerts() {
  const { state, router, update, useUpdate, keeping } = useScreen()
  const shown = () => state.alerts.filter((alert) => !isStorageTrouble(alert) || router.route().at !== 'chat')
  return (
    <>
      <Show when={update()}>
        {(build) => (
          <Notice strong={words.update.strong} say={words.update.say(build())} tile={<Icon name="info" />}>
            <button class="link" type="button" onClick={() => useUpdate()}>
              {words.update.go}
            </button>
          </Notice>
        )}
      </Show>
      <Show when={keeping.warning()} keyed>
        {(kind) => (
          <Notice {...toldOf(kind, keeping.room())} tile={<Icon name="disk" />}>
            <button class="link" type="button" onClick={() => keeping.later()}>
              {words.later}
            </button>
          </Notice>
        )}
      </Show>
      <For each={shown()}>{(alert) => <AlertNotice alert={alert} />}</For>
    </>
  )
}

function toldOf(kind: 'low' | 'not-persisted', room: Room): { strong: string; say: string } {
  if (kind === 'low') return { strong: words.alerts.low, say: words.alerts.lowHow(sizeOf(leftIn(room) ?? 0)) }
  return { strong: words.alerts.notPersisted, say: words.alerts.notPersistedHow }
}

function AlertNotice(props: { alert: Alert }) {
  return (
    <Switch>
      <Match when={props.alert.kind === 'late-opener' && props.alert}>
        {(alert) => (
          <Notice strong={words.alerts.late(alert().name)} say={words.alerts.lateHow} tile={<Icon name="info" />}>
            <Show when={alert().chatId}>
              {(id) => (
                <a class="link" href={`#/chat/${id()}`}>
                  {words.alerts.openChat}
                </a>
              )}
            </Show>
            <Dismiss id={alert().id} label={words.understood} />
          </Notice>
        )}
      </Match>
      <Match when={props.alert.kind === 'config' && props.alert}>
        {(alert) => (
          <Notice
            strong={words.alerts.config(alert().file, alert().key, alert().reason)}
            say={words.alerts.configHow}
            tile={<Icon name="alert" />}
            tone="stop"
          />
        )}
      </Match>
      <Match when={props.alert.kind === 'storage-full'}>
        <Notice strong={words.alerts.full} say={words.alerts.fullHow} tile={<Icon name="disk" />} tone="stop">
          <Dismiss id={props.alert.id} label={words.tryAgain} />
        </Notice>
      </Match>
      <Match when={props.alert.kind === 'storage-failed'}>
        <Notice strong={words.alerts.unkept} say={words.alerts.unkeptHow} tile={<Icon name="disk" />} tone="stop">
          <Dismiss id={props.alert.id} label={words.tryAgain} />
        </Notice>
      </Match>
      <Match when={props.alert.kind === 'storage-damaged'}>
        <Notice strong={words.alerts.damaged} say={words.alerts.damagedHow} tile={<Icon name="disk" />}>
          <Dismiss id={props.alert.id} label={words.understood} />
        </Notice>
      </Match>
    </Switch>
  )
}

function Dismiss(props: { id: string; label: string }) {
  const { actions } = useScreen()
  return (
    <button class="link" type="button" onClick={() => actions.dismissAlert(props.id)}>
      {props.label}
    </button>
  )
}
