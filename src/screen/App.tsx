import { batch, createEffect, createSignal, Match, onCleanup, Show, Switch } from 'solid-js'
import { render } from 'solid-js/web'
import type { Disk } from '../chat/room.ts'
import type { Actions, Snapshot } from '../chat/snapshot.ts'
import { createInstall, showBadge } from './app-icon.ts'
import { followAutoLock } from './auto-lock.ts'
import { ChatList } from './ChatList.tsx'
import { ScreenProvider, useScreen, type Screen } from './context.ts'
import { Unfetched } from './Ends.tsx'
import { Join, LinkTroubleStage } from './Join.tsx'
import { createEyes } from './eyes.ts'
import { find, followChat, type Wish } from './follow-chat.ts'
import {
  ByHand,
  Chat,
  DiskEnd,
  fetchChat,
  fetchScreens,
  hasChat,
  Invite,
  lacking,
  Locked,
  NoStorage,
  MoveHere,
  Settings,
  Share,
} from './fetched.tsx'
import { createKeeping } from './keeping.ts'
import { createLinkReader } from './link-reader.ts'
import { IconSprite } from './parts/Icon.tsx'
import { Halves } from './parts/Mark.tsx'
import { Opening, PlainStage, Slow } from './parts/Stage.tsx'
import { isEmpty, isPending, isWaiting } from './pending.ts'
import { Poster } from './Poster.tsx'
import { createRouter } from './route.ts'
import { createShare } from './share.ts'
import { makeStore } from './store.ts'
import './styles/index.css'
import { createToday } from './time.ts'
import { titleOf } from './title.ts'
import { speak, words } from './words/index.ts'

/** How often a tab in view asks whether the one that has the profile is still there. */
const LOOK_EVERY_MS = 5_000

export type Deps = {
  readonly initial: Snapshot
  /** Calls back with each new snapshot; returns the unsubscribe function. */
  subscribe(on: (snapshot: Snapshot) => void): () => void
  readonly actions: Actions
  readonly disk: Disk
  /** Names the sources of this page; shown in Settings. */
  readonly build: string
  readonly updates: {
    /** Calls back with the id of a newer build that can be used. */
    subscribe(on: (build: string) => void): void
    use(): void
    /** What the share sheet of the device gave, once; null: there is no worker that takes it. */
    shared(): Promise<unknown>
  }
}

/** Draws the app into `root`, in place of what the empty page shows. Returns the function that takes it away. */
export function mount(root: HTMLElement, deps: Deps): () => void {
  begin(root)
  const store = makeStore(deps.initial)
  const unsubscribe = deps.subscribe((snapshot) => store.update(snapshot))
  const dispose = render(() => <App {...deps} state={store.state} />, root)
  return () => {
    unsubscribe()
    dispose()
  }
}

/** No secret could be kept (plain http) or made (no randomness), or another page could lay itself over this one. */
export type Refusal = 'insecure' | 'noRandom' | 'framed'

/** One page that says why, and nothing else. */
export function mountRefusal(root: HTMLElement, why: Refusal): () => void {
  begin(root)
  document.title = words.title(words[why].title, 0)
  const dispose = render(() => <PlainStage say={words[why].say} lede={words[why].lede} />, root)
  setReady()
  return dispose
}

function begin(root: HTMLElement): void {
  speak(document.documentElement)
  root.replaceChildren()
}

function setReady(): void {
  document.documentElement.dataset.ready = 'true'
}

function App(props: Pick<Deps, 'actions' | 'build' | 'updates' | 'disk'> & { state: Snapshot }) {
  const [update, setUpdate] = createSignal<string>()
  props.updates.subscribe(setUpdate)
  const router = createRouter()
  const wishes = createSignal<Wish>()
  const screen: Screen = {
    state: props.state,
    actions: props.actions,
    build: props.build,
    router,
    eyes: createEyes(props.actions),
    visit(chatId, spot) {
      batch(() => {
        const route = router.route()
        wishes[1]({ chatId, spot })
        if (route.at !== 'chat' || route.id !== chatId) router.go(`#/chat/${chatId}`)
      })
    },
    keeping: createKeeping(props.state, props.disk),
    share: createShare(router, () => props.updates.shared()),
    update,
    useUpdate: () => props.updates.use(),
    install: createInstall(),
    restored: createSignal(false),
    today: createToday(),
  }
  const trouble = createLinkReader(screen)
  // Fetched beside the profile where the address names one; else once the first screen is up.
  createEffect(() => {
    if (router.route().at === 'chat') fetchChat()
  })
  const opening = () =>
    screen.state.phase === 'starting' ||
    (screen.state.phase === 'ready' && router.route().at === 'link' && !trouble()) ||
    (screen.state.phase === 'ready' && router.route().at === 'chat' && !hasChat())
  followChat(screen, wishes)
  showBadge(screen.state)
  followAutoLock(screen)
  // Another profile may open next, and must not tell of this one.
  createEffect(() => {
    if (screen.state.phase === 'locked') screen.restored[1](false)
  })
  createEffect(() => (document.title = titleOf(screen, trouble()?.why)))
  createEffect(() => {
    if (opening()) return
    setReady()
    fetchScreens()
  })
  return (
    <ScreenProvider value={screen}>
      <IconSprite />
      <Switch fallback={<House screen={screen} />}>
        <Match when={screen.state.phase === 'unfetched' || lacking()}>
          <Unfetched />
        </Match>
        <Match when={opening()}>
          <Opening />
        </Match>
        <Match when={screen.state.phase === 'locked'}>
          <Locked />
        </Match>
        <Match when={screen.state.phase === 'erased'}>
          <PlainStage say={words.erased.say} lede={words.erased.lede} calm />
        </Match>
        <Match when={screen.state.phase === 'no-storage'}>
          <NoStorage link={router.route().at === 'link'} />
        </Match>
        <Match when={endOf(screen.state.phase)} keyed>
          {(why) => <DiskEnd why={why} />}
        </Match>
        <Match when={screen.state.phase === 'elsewhere'}>
          <Elsewhere onUse={() => screen.actions.takeOver()} />
        </Match>
        <Match when={trouble()}>{(found) => <LinkTroubleStage {...found()} />}</Match>
        <Match when={router.route().at === 'move'}>
          <MoveHere />
        </Match>
        <Match when={router.route().at === 'share'}>
          <Share />
        </Match>
        <Match when={handOf(screen)} keyed>
          {(id) => <ByHand id={id} />}
        </Match>
        <Match when={find(screen, 'invite', screen.state.invites)} keyed>
          {(invite) => <Invite invite={invite} />}
        </Match>
        <Match when={find(screen, 'join', screen.state.joins)} keyed>
          {(join) => <Join join={join} />}
        </Match>
        <Match when={isEmpty(screen.state) && router.route().at !== 'settings'}>
          <Poster />
        </Match>
      </Switch>
    </ScreenProvider>
  )
}

const ENDS = ['blocked', 'newer', 'cleared', 'full', 'restoring'] as const

/** Two panes on a desktop, one on a phone: the list, and beside it a chat, the settings or nothing yet. */
function House(props: { screen: Screen }) {
  const chat = () => find(props.screen, 'chat', props.screen.state.chats)
  const inSettings = () => props.screen.router.route().at === 'settings'
  return (
    <div class="app" data-pane={chat() || inSettings() ? 'main' : 'list'}>
      <ChatList />
      <Switch
        fallback={
          <main class="main">
            <h1 class="unseen">{words.app}</h1>
            <div class="idle">
              <Halves state="apart" />
              <p>{words.home.idle}</p>
            </div>
          </main>
        }
      >
        <Match when={inSettings()}>
          <Settings />
        </Match>
        <Match when={chat()} keyed>
          {(shown) => <Chat chat={shown} />}
        </Match>
      </Switch>
    </div>
  )
}

function Elsewhere(props: { onUse: () => Promise<void> }) {
  const [taking, setTaking] = createSignal(false)
  comeBackOnceFree()
  const use = async (): Promise<void> => {
    setTaking(true)
    await props.onUse()
    setTaking(false)
  }
  return (
    <PlainStage say={words.elsewhere.say} lede={words.elsewhere.lede} calm>
      <div class="acts">
        <button class="button primary large" type="button" disabled={taking()} onClick={() => void use()}>
          {words.elsewhere.go}
        </button>
      </div>
      <Show when={taking()}>
        <Slow />
      </Show>
    </PlainStage>
  )
}

/** A tab in view goes on by itself once the other one was closed. */
function comeBackOnceFree(): void {
  const { actions } = useScreen()
  const look = (): void => {
    if (document.visibilityState === 'visible') void actions.comeBack()
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  document.addEventListener('visibilitychange', look)
  onCleanup(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
  })
}

function endOf(phase: Snapshot['phase']): (typeof ENDS)[number] | undefined {
  return ENDS.find((end) => end === phase)
}

/** What is to be connected by hand, if it is there and has no line. */
function handOf({ router, state }: Screen): string | undefined {
  const route = router.route()
  if (route.at !== 'hand') return undefined
  const links = [...state.invites.filter(isWaiting), ...state.joins.filter(isPending), ...state.chats]
  return links.find((link) => link.id === route.id)?.id
}
