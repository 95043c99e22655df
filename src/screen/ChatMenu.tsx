import { createSignal, createUniqueId, Show } from 'solid-js'
import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { ClearDialog, DateDialog, KeepDialog, LeaveDialog, RenameDialog } from './fetched.tsx'
import { Icon } from './parts/Icon.tsx'
import { moveInMenu } from './parts/menu-keys.ts'
import { words } from './words/index.ts'

/** A native popover with the keys of a menu: arrows, Home, End; Escape and a press beside it close it. */
export function ChatMenu(props: { chat: ChatSummary }) {
  const { state, actions } = useScreen()
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  const [renaming, setRenaming] = createSignal<object>()
  const [dating, setDating] = createSignal<object>()
  const [keeping, setKeeping] = createSignal<object>()
  const [clearing, setClearing] = createSignal<object>()
  const [removing, setRemoving] = createSignal<object>()
  let menu!: HTMLDivElement
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!moveInMenu(menu, event) && event.key === 'Tab') menu.hidePopover()
  }
  const ask = (show: (press: object) => void): void => {
    menu.hidePopover()
    show({})
  }
  /** Hidden from all is hidden from this one. */
  const hidden = (): boolean => state.me.hideIp || props.chat.hideIp
  const hide = (): void => {
    menu.hidePopover()
    actions.setContactHideIp(props.chat.id, !props.chat.hideIp)
  }
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
        <button type="button" role="menuitem" tabindex="-1" autofocus onClick={() => ask(setRenaming)}>
          <Icon name="edit" />
          {words.chat.rename}
        </button>
        <button type="button" role="menuitem" tabindex="-1" onClick={() => ask(setDating)}>
          <Icon name="search" />
          {words.chat.toDate}
        </button>
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
        <button type="button" role="menuitem" tabindex="-1" onClick={() => ask(setKeeping)}>
          <Icon name="disk" />
          {words.chat.keepFor}
        </button>
        <button type="button" role="menuitem" tabindex="-1" class="gone" onClick={() => ask(setClearing)}>
          <Icon name="trash" />
          {words.chat.clear}
        </button>
        <button type="button" role="menuitem" tabindex="-1" class="gone" onClick={() => ask(setRemoving)}>
          <Icon name="trash" />
          {words.chat.remove}
        </button>
      </div>
      <Show when={renaming()} keyed>
        <RenameDialog chat={props.chat} onClosed={() => setRenaming(undefined)} />
      </Show>
      <Show when={dating()} keyed>
        <DateDialog chat={props.chat} onClosed={() => setDating(undefined)} />
      </Show>
      <Show when={keeping()} keyed>
        <KeepDialog chat={props.chat} onClosed={() => setKeeping(undefined)} />
      </Show>
      <Show when={clearing()} keyed>
        <ClearDialog chat={props.chat} onClosed={() => setClearing(undefined)} />
      </Show>
      <Show when={removing()} keyed>
        <LeaveDialog chat={props.chat} onClosed={() => setRemoving(undefined)} />
      </Show>
    </>
  )
}
