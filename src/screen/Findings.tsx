import { createUniqueId, For, Show } from 'solid-js'
import type { Findings as Found, Hit } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Face } from './parts/Face.tsx'
import { listTime } from './time.ts'
import { words } from './words/index.ts'
import { findWords } from './words/find.ts'

/** Messages that hold what somebody looks for, the newest first; each leads to its place in its chat. */
export function Findings(props: { found: Found }) {
  const { state } = useScreen()
  const busy = () => props.found.progress < 1
  // Who was removed meanwhile is not there any more.
  const hits = () => props.found.hits.filter(({ chatId }) => state.chats.some(({ id }) => id === chatId))
  const count = () => props.found.count - (props.found.hits.length - hits().length)
  return (
    <section class="findings" aria-busy={busy()}>
      <header>
        <h2>{findWords.title}</h2>
        <p role="status">
          {busy() ? findWords.looking : props.found.failed ? findWords.failed : findWords.count(count())}
        </p>
        <Show when={busy()}>
          <progress max="1" value={props.found.progress} aria-label={findWords.looking} />
        </Show>
      </header>
      <Show when={hits().length > 0}>
        <ul role="list" aria-label={findWords.list}>
          <For each={hits()}>{(hit) => <HitRow hit={hit} />}</For>
        </ul>
      </Show>
      <Show when={!busy() && count() > hits().length}>
        <p class="rest">{findWords.rest(hits().length)}</p>
      </Show>
    </section>
  )
}

function HitRow(props: { hit: Hit }) {
  const { state, today, visit } = useScreen()
  const id = createUniqueId()
  const name = () => state.chats.find((chat) => chat.id === props.hit.chatId)?.name || words.someone
  const go = (event: MouseEvent): void => {
    // In another tab the address opens the chat alone.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    visit(props.hit.chatId, { seq: props.hit.seq })
  }
  return (
    <li class="chat-row">
      <Face id={props.hit.chatId} name={name()} />
      <b>
        <a dir="auto" href={`#/chat/${props.hit.chatId}`} aria-describedby={`${id}-text ${id}-time`} onClick={go}>
          {name()}
        </a>
      </b>
      <time id={`${id}-time`} datetime={new Date(props.hit.at).toISOString()}>
        {listTime(props.hit.at, today())}
      </time>
      <p id={`${id}-text`} dir="auto">
        <Show when={props.hit.mine}>{`${words.list.mine} `}</Show>
        <bdi>
          <For each={props.hit.pieces}>
            {(piece) => (
              <Show when={piece.hit} fallback={piece.text}>
                <mark>{piece.text}</mark>
              </Show>
            )}
          </For>
        </bdi>
      </p>
    </li>
  )
}
