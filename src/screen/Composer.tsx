import { createSignal, createUniqueId, onMount, Show, untrack } from 'solid-js'
import type { OpenChat } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { createLater } from './later.ts'
import { MAX_TEXT_BYTES } from './limits.ts'
import { Icon } from './parts/Icon.tsx'
import { words } from './words/index.ts'

/** No character of a string takes more than this in UTF-8. */
const MAX_BYTES_PER_UNIT = 3
const KEEP_DRAFT_AFTER_MS = 300

/** Where one writes. Enter sends; with Shift, or on a touch screen, it breaks the line. No text is ever lost. */
export function Composer(props: { chat: OpenChat; held: boolean; onSend: () => void }) {
  const { actions, share } = useScreen()
  const { id, draft: kept } = untrack(() => props.chat)
  const shared = share.takeFor(id)
  const draft = shared && kept ? `${kept}\n${shared}` : shared || kept
  const noteId = createUniqueId()
  const touch = matchMedia('(pointer: coarse)').matches
  const [text, setText] = createSignal(draft)
  const [isKept, setIsKept] = createSignal(true)
  let box!: HTMLTextAreaElement

  const bytes = () =>
    text().length * MAX_BYTES_PER_UNIT <= MAX_TEXT_BYTES ? 0 : new TextEncoder().encode(text()).length
  const tooLong = () => bytes() > MAX_TEXT_BYTES
  const note = () =>
    tooLong() ? words.chat.tooLong(bytes(), MAX_TEXT_BYTES) : isKept() ? undefined : words.chat.notKept
  const draftLater = createLater(KEEP_DRAFT_AFTER_MS, () => actions.setDraft(id, text()))

  if (shared) actions.setDraft(id, draft)

  const written = (): void => {
    setText(box.value)
    draftLater.soon()
  }
  const put = (value: string): void => {
    box.value = value
    written()
  }
  const send = async (): Promise<void> => {
    const sent = text()
    if (sent.trim() === '') return box.focus()
    if (tooLong()) return
    put('')
    props.onSend()
    const done = await actions.send(id, sent).catch(() => false)
    setIsKept(done)
    if (!done) put(text() ? `${sent}\n${text()}` : sent)
    draftLater.now()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // An input method uses Enter to choose a word; 229 is how some browsers say so after the fact.
    if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return
    const wanted = event.ctrlKey || event.metaKey || (!touch && !event.shiftKey && !event.altKey)
    if (!wanted) return
    event.preventDefault()
    void send()
  }
  onMount(() => {
    if (!touch) box.focus({ preventScroll: true })
  })

  return (
    <form
      class="composer"
      hidden={props.held}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <Show when={note()}>
        {(say) => (
          <p class="error" role="alert" id={noteId}>
            {say()}
          </p>
        )}
      </Show>
      <textarea
        ref={box}
        aria-label={words.chat.message}
        aria-describedby={note() ? noteId : undefined}
        aria-invalid={tooLong() ? 'true' : undefined}
        placeholder={words.chat.message}
        rows="1"
        dir="auto"
        autocomplete="off"
        enterkeyhint={touch ? 'enter' : 'send'}
        onInput={written}
        onKeyDown={onKeyDown}
        onBlur={() => draftLater.now()}
      >
        {draft}
      </textarea>
      <button
        class="send"
        type="submit"
        aria-label={words.chat.send}
        disabled={tooLong()}
        // A press must not take the focus, or a phone's keyboard would go.
        onMouseDown={(event) => event.preventDefault()}
      >
        <Icon name="send" />
      </button>
    </form>
  )
}
