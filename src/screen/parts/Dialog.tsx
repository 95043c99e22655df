import { onCleanup, onMount, type JSX } from 'solid-js'
import { useScreen } from '../context.ts'
import { words } from '../words/index.ts'
import { Icon } from './Icon.tsx'

/** Closes the dialog it stands in, with its way out. */
export type Close = () => void

/**
 * A native modal dialog. It takes the focus to its heading or first field, gives it back when it closes, and calls
 * `onClosed` when it has faded. With `firm` neither Escape nor a press beside it closes it. Who opens one holds a new
 * object for each press, so that a press counts while the last dialog still fades.
 */
export function Dialog(props: {
  class?: string
  label: string
  firm?: boolean
  onClosed: () => void
  children: (close: Close) => JSX.Element
}) {
  const uncover = useScreen().eyes.cover()
  let dialog!: HTMLDialogElement
  let done = false
  let gone = false
  const close = (): void => {
    done = true
    dialog.close()
  }
  const closed = async (): Promise<void> => {
    if (gone) return
    // Browsers without `closedby` let a second Escape through.
    if (props.firm && !done) return dialog.showModal()
    await Promise.allSettled(dialog.getAnimations().map((animation) => animation.finished))
    if (!gone) props.onClosed()
  }
  onMount(() => dialog.showModal())
  onCleanup(() => {
    gone = true
    uncover()
    dialog.close()
  })
  return (
    <dialog
      ref={dialog}
      class={props.class}
      aria-label={props.label}
      closedby={props.firm ? 'none' : 'any'}
      onCancel={(event) => props.firm && event.preventDefault()}
      onClose={() => void closed()}
    >
      {props.children(close)}
    </dialog>
  )
}

/** A dialog's heading with its close button. It takes the focus, unless a field of the dialog does. */
export function DialogHead(props: { title: string; close: Close; focus?: boolean }) {
  let heading!: HTMLHeadingElement
  onMount(() => {
    if (props.focus ?? true) heading.focus()
  })
  return (
    <header class="dialog-head">
      <h2 ref={heading} tabindex="-1" autofocus={props.focus ?? true}>
        {props.title}
      </h2>
      <button class="tool" type="button" aria-label={words.close} onClick={() => props.close()}>
        <Icon name="close" />
      </button>
    </header>
  )
}
