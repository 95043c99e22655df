import { createMemo, For, Show } from 'solid-js'
import type { MessageView } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Expires, TimerNote } from './fetched.tsx'
import { isEmojiOnly, type Place } from './grouping.ts'
import { linkify } from './linkify.ts'
import { Halves } from './parts/Mark.tsx'
import { clock } from './time.ts'
import { words } from './words/index.ts'

/** One message. `chatId`, `name`: whose chat it is in. `told`: its state stands in a word below. `fresh`: it just came, while one was looking. `sought`: somebody looked for it. `newest`: of all that are here. */
export function Message(props: {
  chatId: string
  message: MessageView
  from: string
  name: string
  place: Place
  told: boolean
  fresh: boolean
  sought: boolean
  newest: boolean
}) {
  const text = () => props.message.text
  const bare = createMemo(() => isEmojiOnly(text() ?? ''))
  return (
    <article
      class="msg"
      classList={{ sought: props.sought, note: props.message.timer !== undefined }}
      aria-label={props.from}
      data-mine={props.message.mine}
      data-state={props.message.mine ? props.message.state : undefined}
      data-first={props.place.first ? '' : undefined}
      data-last={props.place.last ? '' : undefined}
      data-new={props.fresh ? '' : undefined}
    >
      <div class="said">
        <div
          class="bubble"
          classList={{ bare: bare(), newer: text() === undefined && !props.message.timer }}
          dir="auto"
        >
          <Show
            when={text() !== undefined}
            fallback={
              <Show when={props.message.timer} fallback={words.chat.newer}>
                {(timer) => (
                  <TimerNote chatId={props.chatId} timer={timer()} mine={props.message.mine} name={props.name} />
                )}
              </Show>
            }
          >
            <Said text={text() ?? ''} />
          </Show>
        </div>
      </div>
      <span class="meta" classList={{ told: props.told }}>
        <Show when={props.message.expireAfter}>{(seconds) => <Expires seconds={seconds()} />}</Show>
        <time datetime={new Date(props.message.at).toISOString()}>{clock(props.message.at)}</time>
        <Show when={props.message.mine && props.message.state}>
          {(state) => (
            <>
              <Halves />
              <span classList={{ unseen: !props.told }}>{words.chat.states[state()]}</span>
            </>
          )}
        </Show>
        <button
          class="more"
          type="button"
          aria-label={words.chat.more}
          aria-haspopup="menu"
          tabindex={props.newest ? undefined : '-1'}
        />
      </span>
      <Show when={props.message.state === 'failed'}>
        <Refused id={props.message.id} name={props.name} />
      </Show>
    </article>
  )
}

/** Why it failed, and what one can do. */
function Refused(props: { id: string; name: string }) {
  const { actions } = useScreen()
  return (
    <div class="refused">
      <p>{words.chat.refused(props.name)}</p>
      <div class="acts">
        <button class="link" type="button" onClick={() => actions.sendAgain(props.id)}>
          {words.chat.sendAgain}
        </button>
        <button class="link" type="button" onClick={() => actions.discard(props.id)}>
          {words.chat.discard}
        </button>
      </div>
    </div>
  )
}

/** The text as text; a link opens elsewhere and says where it leads if it does not look like it. */
function Said(props: { text: string }) {
  return (
    <span>
      <For each={linkify(props.text)}>
        {(part) => (
          <Show when={part.href} fallback={part.text}>
            <a href={part.href} target="_blank" rel="noopener noreferrer">
              {part.text}
            </a>
            <Show when={part.host}>{(host) => <small dir="ltr">{words.chat.leadsTo(host())}</small>}</Show>
          </Show>
        )}
      </For>
    </span>
  )
}
