import { createSignal, createUniqueId, Show, type JSX } from 'solid-js'
import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { ClearDialog, DateDialog, KeepDialog, LeaveDialog, RenameDialog } from './fetched.tsx'
import { Icon, type IconName } from './parts/Icon.tsx'
import { moveInMenu } from './parts/menu-keys.ts'
import { words } from './words/index.ts'

type Asking = (props: { chat: ChatSummary; onClosed: () => void }) => JSX.Element

/** A native popover with the keys of a menu: arrows, Home, End; Escape and a press beside it close it. */
export function ChatMenu(props: { chat: ChatSummary }) {
  const { state, actions } = useScreen()
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  const [asked, setAsked] = createSignal<{ readonly by: Asking }>()
  let menu!: HTMLDivElement
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!moveInMenu(menu, event) && event.key === 'Tab') menu.hidePopover()
  }
  /** Hidden from all is hidden from this one. */
  const hidden = (): boolean => state.me.hideIp || props.chat.hideIp
  const hide = (): void => {
    menu.hidePopover()
    actions.setContactHideIp(props.chat.id, !props.chat.hideIp)
  }
  const item = (icon: IconName, text: string, by: Asking, tone?: 'gone') => (
    <button
      type="button"
      role="menuitem"
      tabindex="-1"
      class={tone}
      autofocus={icon === 'edit'}
      onClick={() => {
        menu.hidePopover()
        setAsked({ by })
      }}
    >
      <Icon name={icon} />
      {text}
    </button>
  )
  return (
    <>
      <button
        class="tool"
        type="button"
        aria-label={words.chat.menu}
        aria-haspopup="menu"
        aria-expanded={open()}
        popovertarget={id}
      >
        <Icon name="more" />
      </button>
      <div
        ref={menu}
        class="menu"
        id={id}
        popover="auto"
        role="menu"
        aria-label={words.chat.menu}
        onToggle={(event) => setOpen((event as Event as ToggleEvent).newState === 'open')}
        onKeyDown={onKeyDown}
      >
        {item('edit', words.chat.rename, RenameDialog)}
        {item('search', words.chat.toDate, DateDialog)}
        <button
          type="button"
          role="menuitemcheckbox"
          tabindex="-1"
          aria-checked={hidden()}
          disabled={state.me.hideIp}
          onClick={hide}
        >
          <Icon name="hide" />
          {words.hide.name}
        </button>
        {item('disk', words.chat.keepFor, KeepDialog)}
        {item('trash', words.chat.clear, ClearDialog, 'gone')}
        {item('trash', words.chat.remove, LeaveDialog, 'gone')}
      </div>
      <Show when={asked()} keyed>
        {({ by: Dialog }) => <Dialog chat={props.chat} onClosed={() => setAsked(undefined)} />}
      </Show>
    </>
  )
}
