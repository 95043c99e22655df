import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, untrack } from 'solid-js'
import type { MessageView, OpenChat } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { followMessages } from './each-message.ts'
import { MessageMenu } from './fetched.tsx'
import { isSamePlace, placeOf } from './grouping.ts'
import { keepPlace, type KeptPlace } from './keep-place.ts'
import { Message } from './Message.tsx'
import { Icon } from './parts/Icon.tsx'
import { Halves } from './parts/Mark.tsx'
import { dayName, localDate } from './time.ts'
import { words } from './words/index.ts'

/** More messages are asked for this far before an end of those that are here is reached. */
const MORE_WITHIN_PX = 900
/** How long after a page of history the log stays silent for screen readers, which look at a change a little later. */
const QUIET_MS = 250

/** The messages. Speaks new ones only, keeps its end, and never jumps under one's eyes. `spoken`: changes with each text one sends. */
export function Log(props: { chat: OpenChat; name: string; spoken: number; onCompare: () => void }) {
  const { actions, eyes, visit, today } = useScreen()
  const [place, setPlace] = createSignal<KeptPlace>()
  const [quiet, setQuiet] = createSignal(true)
  const [seen, setSeen] = createSignal<string>()
  const [acted, setActed] = createSignal<{ readonly message: MessageView; readonly at: HTMLElement }>()
  let log!: HTMLElement

  const messages = () => props.chat.messages
  const newest = createMemo(() => messages().at(-1)?.id)
  const newestMine = createMemo(
    () =>
      messages()
        .filter((message) => message.mine)
        .at(-1)?.id,
  )
  const atEnd = () => place()?.atEnd() ?? true
  /** What came since the end was in view; what was seen last may be elsewhere. */
  const missed = () => {
    const at = messages().findIndex((m) => m.id === seen())
    return at < 0 ? 0 : messages().filter((m, i) => i > at && !m.mine).length
  }

  let asked: { earlier?: string | undefined; later?: string | undefined } = {}
  const ask = (end: 'earlier' | 'later', beyond: string | undefined): void => {
    if (asked[end] === beyond) return
    asked = { ...asked, [end]: beyond }
    actions.loadMore(end)
  }
  const askForMore = (): void => {
    const below = log.scrollHeight - log.scrollTop - log.clientHeight
    if (props.chat.hasEarlier && log.scrollTop < MORE_WITHIN_PX) ask('earlier', messages()[0]?.id)
    if (props.chat.hasLater && below < MORE_WITHIN_PX) ask('later', newest())
  }
  onMount(() => {
    followMessages(log, (index, at) => {
      const message = messages()[index]
      // What was said about disappearing messages has to arrive before it can go.
      const waits = message?.timer && (message.state === 'queued' || message.state === 'sent')
      if (message && !waits) setActed({ message, at })
    })
    const kept = keepPlace(log, () => !props.chat.hasLater, askForMore)
    kept.toEnd()
    const newMark = log.querySelector('.new')
    if (newMark && newMark.getBoundingClientRect().top < log.getBoundingClientRect().top) kept.to(newMark)
    setPlace(kept)
  })
  // What was asked for is here, or the window has moved: the same edge may come back.
  createEffect(on([() => messages()[0]?.id, newest], () => (asked = {})))
  // The first page, and each page of history put before it or behind it, is not news.
  createEffect(
    on([() => messages()[0]?.id, () => props.chat.hasLater], () => {
      setQuiet(true)
      const timer = setTimeout(() => setQuiet(false), QUIET_MS)
      onCleanup(() => clearTimeout(timer))
    }),
  )
  // What somebody looked for.
  createEffect(
    on([() => props.chat.target?.n, place], ([n, kept]) => {
      const found = n && log.querySelector('.sought')
      if (found) kept?.to(found, 'center')
    }),
  )
  // To the end once it is here: it was asked for, or one's own words will stand there.
  let wantsEnd = false
  createEffect(on([() => props.spoken], () => (wantsEnd = true), { defer: true }))
  createEffect(
    on([newest, () => props.chat.hasLater], ([, later]) => {
      if (wantsEnd && !later) place()?.toEnd()
      wantsEnd &&= later
    }),
  )
  createEffect(() => {
    if (atEnd()) setSeen(newest())
  })
  createEffect(() => eyes.atEnd(place()?.atEnd() ?? false))
  onCleanup(() => eyes.atEnd(false))

  return (
    <>
      <section
        ref={log}
        class="log"
        role="log"
        aria-label={words.chat.log}
        aria-live={quiet() ? 'off' : 'polite'}
        aria-relevant="additions"
        tabindex="0"
      >
        <Show when={props.chat.askVerify}>
          <VerifyQuestion id={props.chat.id} name={props.name} onCompare={() => props.onCompare()} />
        </Show>
        <For each={messages()}>
          {(message, index) => {
            const at = createMemo(
              () => placeOf(messages()[index() - 1], message, messages()[index() + 1], props.chat.newFrom),
              undefined,
              { equals: isSamePlace },
            )
            // What becomes of one message is no affair of the others.
            const isNewest = createMemo(() => message.id === newest())
            const isNewestMine = createMemo(() => message.id === newestMine())
            const fresh = untrack(() => !quiet() && atEnd())
            return (
              <>
                <Show when={at().day}>
                  <p class="day">
                    <time datetime={localDate(message.at)}>{dayName(message.at, today())}</time>
                  </p>
                </Show>
                <Show when={props.chat.newFrom === message.id}>
                  <p class="new">{words.chat.newMark}</p>
                </Show>
                <Message
                  chatId={props.chat.id}
                  message={message}
                  from={message.mine ? words.you : props.name || words.someone}
                  name={props.name}
                  place={at()}
                  told={message.mine && (message.state === 'failed' || isNewestMine())}
                  fresh={fresh}
                  sought={props.chat.target?.id === message.id}
                  newest={isNewest()}
                />
              </>
            )
          }}
        </For>
      </section>
      <Show when={acted()} keyed>
        {({ message, at }) => (
          <MessageMenu
            message={message}
            name={props.name}
            at={at}
            onClosed={() => setActed(undefined)}
            onGone={() => log.focus({ preventScroll: true })}
          />
        )}
      </Show>
      <Show when={!atEnd()}>
        <button
          class="jump"
          type="button"
          aria-label={words.chat.jump(missed())}
          onClick={() => {
            wantsEnd = props.chat.hasLater
            if (wantsEnd) visit(props.chat.id, 'end')
            else place()?.toEnd('smooth')
            log.focus({ preventScroll: true })
          }}
        >
          <Icon name="down" />
          <Show when={missed() > 0}>
            <span class="count">{missed()}</span>
          </Show>
        </button>
      </Show>
    </>
  )
}

/** A question, once, at the head of a chat whose person nobody has checked. */
function VerifyQuestion(props: { id: string; name: string; onCompare: () => void }) {
  const { actions } = useScreen()
  return (
    <aside class="hint-card">
      <Halves state="apart" two />
      <h2>{words.chat.ask(props.name)}</h2>
      <p>{words.chat.askWhy}</p>
      <div class="acts">
        <button class="link" type="button" onClick={() => props.onCompare()}>
          {words.chat.compare}
        </button>
        <button class="link" type="button" onClick={() => actions.dismissHint(props.id)}>
          {words.later}
        </button>
      </div>
    </aside>
  )
}
