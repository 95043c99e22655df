import { createSignal, createUniqueId, For, Show, type JSX } from 'solid-js'
import type { ChatSummary, Findings as Found, InviteView, JoinView } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { Findings } from './fetched.tsx'
import { Alerts } from './parts/Alerts.tsx'
import { Face } from './parts/Face.tsx'
import { Icon } from './parts/Icon.tsx'
import { InstallOffer } from './parts/InstallOffer.tsx'
import { Halves } from './parts/Mark.tsx'
import { HomeMark } from './parts/Stage.tsx'
import { StartButton } from './parts/StartButton.tsx'
import { isPending, isWaiting } from './pending.ts'
import { createSearch } from './searching.ts'
import { listTime } from './time.ts'
import { words } from './words/index.ts'

/** The list is the app: chats, links that wait, and what must be told at its foot. */
export function ChatList() {
  const { state } = useScreen()
  const [search, setSearch] = createSignal('')
  const wanted = () => search().trim().toLocaleLowerCase()
  const chats = () => state.chats.filter((chat) => chat.name.toLocaleLowerCase().includes(wanted()))
  const invites = () => (wanted() ? [] : state.invites.filter(isWaiting))
  const joins = () => (wanted() ? [] : state.joins.filter(isPending))
  const found = createSearch(() => search().trim())
  const nothing = () => wanted() !== '' && chats().length === 0 && (found() ? isNothing(found()) : wanted().length < 2)
  return (
    <nav
      class="pane"
      aria-label={words.list.chats}
      ref={(pane) => pane.addEventListener('keydown', (event) => wanted() && walk(pane, event, () => setSearch('')))}
    >
      <header class="pane-head">
        <HomeMark />
        <a class="tool" href="#/settings" aria-label={words.settings.title}>
          <Icon name="settings" />
        </a>
      </header>
      <Show when={state.chats.length > 0}>
        <Search text={search()} onText={setSearch} />
      </Show>
      <Show when={!nothing()} fallback={<NothingFound text={search().trim()} onClear={() => setSearch('')} />}>
        <div class="chats">
          <Rows name={words.list.invites} each={invites()}>
            {(invite) => <InviteRow invite={invite} />}
          </Rows>
          <Rows name={words.list.joins} each={joins()}>
            {(join) => <JoinRow join={join} />}
          </Rows>
          <Rows name={words.list.chats} each={chats()}>
            {(chat) => <ChatRow chat={chat} />}
          </Rows>
          <Show when={found()}>{(findings) => <Findings found={findings()} />}</Show>
          <Show when={state.chats.length + invites().length + joins().length === 0}>
            <p class="empty">{words.home.noChats}</p>
          </Show>
        </div>
      </Show>
      <footer class="pane-foot">
        <Alerts />
        <InstallOffer />
        <StartButton class="button primary" />
      </footer>
    </nav>
  )
}

function isNothing(found: Found | undefined): boolean {
  return found?.progress === 1 && found.count === 0 && !found.failed
}

/** Arrows go from the field to what was found and back, Escape clears it. */
function walk(pane: HTMLElement, event: KeyboardEvent, clear: () => void): void {
  const field = pane.querySelector<HTMLElement>('input[type="search"]')
  const stops = [field, ...pane.querySelectorAll<HTMLElement>('.chats a')]
  const at = stops.indexOf(document.activeElement as HTMLElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Escape: 0 }[event.key]
  if (at < 0 || to === undefined || (event.isComposing && at === 0)) return
  event.preventDefault()
  if (event.key === 'Escape') clear()
  stops.at(Math.min(Math.max(to, 0), stops.length - 1))?.focus()
}

function Search(props: { text: string; onText: (text: string) => void }) {
  return (
    <search class="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={words.list.search}
        placeholder={words.list.search}
        autocomplete="off"
        dir="auto"
        value={props.text}
        onInput={(event) => props.onText(event.currentTarget.value)}
      />
    </search>
  )
}

function NothingFound(props: { text: string; onClear: () => void }) {
  return (
    <div class="nothing" role="status">
      <Halves state="apart" />
      <h2>{words.list.nothing(props.text)}</h2>
      <p>{words.list.nothingHint}</p>
      <button class="link" type="button" onClick={() => props.onClear()}>
        {words.list.clear}
      </button>
    </div>
  )
}

function Rows<T>(props: { name: string; each: readonly T[]; children: (item: T) => JSX.Element }) {
  return (
    <Show when={props.each.length > 0}>
      <ul role="list" aria-label={props.name}>
        <For each={props.each}>{(item) => props.children(item)}</For>
      </ul>
    </Show>
  )
}

const preview = ({ text, isTimer }: NonNullable<ChatSummary['last']>): string =>
  text || (isTimer ? words.list.timer : words.chat.newer)

/** One row: its link is named by the contact alone and described by the rest; a press anywhere on the row follows it. */
function ChatRow(props: { chat: ChatSummary }) {
  const { router, today } = useScreen()
  const id = createUniqueId()
  const current = () => {
    const route = router.route()
    return route.at === 'chat' && route.id === props.chat.id ? 'page' : undefined
  }
  const at = () => props.chat.last?.at ?? props.chat.addedAt
  return (
    <li class="chat-row">
      <Face id={props.chat.id} name={props.chat.name} />
      <b>
        <a
          dir="auto"
          href={`#/chat/${props.chat.id}`}
          aria-current={current()}
          aria-describedby={`${id}-mark ${id}-count ${id}-last ${id}-time`}
          data-unread={props.chat.unread}
        >
          {props.chat.name || words.someone}
        </a>
        <Show when={props.chat.verified}>
          <Halves two />
          <span class="unseen" id={`${id}-mark`}>
            {words.list.verified}
          </span>
        </Show>
      </b>
      <time id={`${id}-time`} datetime={new Date(at()).toISOString()}>
        {listTime(at(), today())}
      </time>
      <p id={`${id}-last`} dir="auto">
        <Show when={props.chat.last}>
          {(last) => (
            <>
              {/* Their words alone turn the line to their side; ours stand behind “You:”. */}
              <Show when={last().mine} fallback={preview(last())}>
                {`${words.list.mine} `}
                <bdi>{preview(last())}</bdi>
              </Show>
            </>
          )}
        </Show>
      </p>
      <Show when={props.chat.unread > 0}>
        <span class="count" aria-hidden="true">
          {props.chat.unread}
        </span>
        <span class="unseen" id={`${id}-count`}>
          {words.list.unread(props.chat.unread)}
        </span>
      </Show>
    </li>
  )
}

function InviteRow(props: { invite: InviteView }) {
  const { today } = useScreen()
  const unfinished = () => props.invite.line.cause === 'link-unfinished'
  return (
    <LinkRow
      href={`#/invite/${props.invite.id}`}
      line={props.invite.line.state}
      say={unfinished() ? words.list.unfinished : words.list.waiting}
    >
      <time datetime={new Date(props.invite.createdAt).toISOString()}>{listTime(props.invite.createdAt, today())}</time>
    </LinkRow>
  )
}

function JoinRow(props: { join: JoinView }) {
  return (
    <LinkRow
      href={`#/join/${props.join.id}`}
      line={props.join.phase === 'ready' ? 'offline' : props.join.line.state}
      say={props.join.phase === 'ready' ? words.list.ready : words.list.joining}
    />
  )
}

/** Somebody who has no name yet: the line is their face. */
function LinkRow(props: { href: string; line: string; say: string; children?: JSX.Element }) {
  const id = createUniqueId()
  return (
    <li class="chat-row">
      <span class="face" aria-hidden="true">
        <span class="line" data-state={props.line} />
      </span>
      <b>
        <a href={props.href} aria-describedby={`${id}-say`}>
          {words.list.someoneNew}
        </a>
      </b>
      {props.children ?? <span />}
      <p id={`${id}-say`}>{props.say}</p>
    </li>
  )
}
