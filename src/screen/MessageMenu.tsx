import { createSignal, createUniqueId, onCleanup, onMount, Show } from 'solid-js'
import type { MessageView } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Icon } from './parts/Icon.tsx'
import { moveInMenu } from './parts/menu-keys.ts'
import { keepWords } from './words/keep.ts'

/** Free space between the menu and the edges of the page. */
const MARGIN_PX = 8
/** Two presses so close are one double one. */
const DOUBLE_MS = 500

/** What can be done with a message. `at`: what it was asked at, and gets the focus back; `onGone`: the message is to be deleted. */
export function MessageMenu(props: {
  message: MessageView
  name: string
  at: HTMLElement
  onClosed: () => void
  onGone: () => void
}) {
  const { actions } = useScreen()
  const id = createUniqueId()
  const [asked, setAsked] = createSignal(false)
  const [settled, setSettled] = createSignal(false)
  let menu!: HTMLDivElement
  const close = (): void => {
    if (menu.contains(document.activeElement)) props.at.focus({ preventScroll: true })
    props.onClosed()
  }
  const copy = (): void => {
    void navigator.clipboard.writeText(props.message.text ?? '').catch(() => undefined)
    close()
  }
  /** The first press asks, another one does it, and not the second half of a double one: what is gone does not come back. */
  const ask = (): void => {
    setAsked(true)
    setTimeout(() => setSettled(true), DOUBLE_MS)
    menu.querySelector<HTMLElement>('.gone')?.focus({ preventScroll: true })
  }
  const remove = (): void => {
    if (!settled()) return
    actions.deleteMessage(props.message.id)
    props.onGone()
    props.onClosed()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // A key that is held presses again and again.
    if (event.repeat && event.key === 'Enter') event.preventDefault()
    if (moveInMenu(menu, event) || (event.key !== 'Escape' && event.key !== 'Tab')) return
    event.preventDefault()
    close()
  }
  // The browser's own way to close it would also count the finger that was lifted from the message.
  const beside = (event: PointerEvent): void => {
    if (!menu.contains(event.target as Node)) close()
  }
  onMount(() => {
    // Which one it is about shows where a finger covers it.
    const article = props.at.closest('article')
    article?.classList.add('asked')
    onCleanup(() => article?.classList.remove('asked'))
    menu.showPopover()
    place(menu, props.at.getBoundingClientRect())
    menu.querySelector('button')?.focus({ preventScroll: true })
    addEventListener('pointerdown', beside, true)
    addEventListener('resize', close)
  })
  onCleanup(() => {
    removeEventListener('pointerdown', beside, true)
    removeEventListener('resize', close)
  })
  return (
    <div
      ref={menu}
      class="menu of-message"
      popover="manual"
      role="menu"
      aria-label={keepWords.menu}
      onKeyDown={onKeyDown}
    >
      <Show when={props.message.text !== undefined}>
        <button type="button" role="menuitem" tabindex="-1" onClick={copy}>
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M9 8.5h10.5V20H9zM15 8.5V4H4.5v11.5H9" />
          </svg>
          {keepWords.copy}
        </button>
      </Show>
      <Show
        when={asked()}
        fallback={
          <button type="button" role="menuitem" tabindex="-1" class="gone" aria-describedby={id} onClick={ask}>
            <Icon name="trash" />
            {keepWords.forMe}
          </button>
        }
      >
        <button
          type="button"
          role="menuitem"
          tabindex="-1"
          class="gone"
          aria-describedby={id}
          aria-disabled={!settled()}
          onClick={remove}
        >
          <Icon name="trash" />
          {keepWords.sure}
        </button>
      </Show>
      <small id={id}>{keepWords.theirs(props.name, props.message)}</small>
    </div>
  )
}

/** Below what it belongs to, or above where there is no room. */
function place(menu: HTMLElement, at: DOMRect): void {
  const { width, height } = menu.getBoundingClientRect()
  const below = at.bottom + height + MARGIN_PX <= innerHeight
  const left = Math.min(at.left, innerWidth - width - MARGIN_PX)
  const top = below ? at.bottom : Math.min(at.top, innerHeight) - height
  menu.style.left = `${Math.max(MARGIN_PX, left)}px`
  menu.style.top = `${Math.max(MARGIN_PX, top)}px`
}
