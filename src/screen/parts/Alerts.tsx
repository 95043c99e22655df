import { For, Show } from 'solid-js'
import { isStorageTrouble, type Alert } from '../../chat/snapshot.ts'
import { leftIn, type Room } from '../../chat/room.ts'
import { useScreen } from '../context.ts'
import { sizeOf } from '../size.ts'
import { words } from '../words/index.ts'
import { Icon } from './Icon.tsx'
import { Notice } from './Notice.tsx'

/** What must be told wherever one is; a full disk is told in place of the composer while a chat is open. */
export function Alerts() {
  const {
    state,
    router,
    update,
    useUpdate,
    keeping,
    restored: [restored, setRestored],
  } = useScreen()
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
      <Show when={restored()}>
        <Notice strong={words.alerts.restored} say={words.alerts.restoredHow} tile={<Icon name="disk" />} calm>
          <Show when={!state.sealed}>
            <a class="link" href="#/settings">
              {words.alerts.seal}
            </a>
          </Show>
          <button class="link" type="button" onClick={() => setRestored(false)}>
            {words.understood}
          </button>
        </Notice>
      </Show>
      <For each={shown()}>{(alert) => <AlertNotice alert={alert} />}</For>
    </>
  )
}

function toldOf(kind: 'low' | 'not-persisted', room: Room): { strong: string; say: string } {
  if (kind === 'low') return { strong: words.alerts.low, say: words.alerts.lowHow(sizeOf(leftIn(room) ?? 0)) }
  return { strong: words.alerts.notPersisted, say: words.alerts.notPersistedHow }
}

/** An alert never changes: another one takes its place. */
export function AlertNotice({ alert }: { alert: Alert }) {
  const { state, router } = useScreen()
  /** Whether the page is there. */
  const isAt = (chatId?: string): boolean => {
    const route = router.route()
    return route.at === 'chat' && route.id === chatId
  }
  const said = words.alerts
  if (alert.kind === 'erased')
    return <Notice strong={words.erased.left} say={words.erased.leftHow} tile={<Icon name="trash" />} calm />
  if (alert.kind === 'config') {
    const { file, key, reason } = alert
    return (
      <Notice strong={said.config(file, key, reason)} say={said.configHow} tile={<Icon name="alert" />} tone="stop" />
    )
  }
  if (alert.kind === 'late-opener')
    return (
      <Notice
        strong={said.late(alert.name)}
        say={said.lateHow(state.chats.find(({ id }) => id === alert.chatId)?.name ?? '')}
        tile={<Icon name="info" />}
      >
        <Show when={!isAt(alert.chatId) && alert.chatId}>
          {(id) => (
            <a class="link" href={`#/chat/${id()}`}>
              {said.openChat}
            </a>
          )}
        </Show>
        <Dismiss id={alert.id} label={words.understood} />
      </Notice>
    )
  const [strong, say] = {
    'storage-full': [said.full, said.fullHow] as const,
    'storage-failed': [said.unkept, said.unkeptHow] as const,
    'storage-damaged': [said.damaged, said.damagedHow] as const,
  }[alert.kind]
  const tone = isStorageTrouble(alert) ? 'stop' : undefined
  return (
    <Notice strong={strong} say={say} tile={<Icon name="disk" />} {...(tone ? { tone } : {})}>
      <Dismiss id={alert.id} label={tone ? words.tryAgain : words.understood} />
    </Notice>
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
