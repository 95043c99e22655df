import { createEffect, createMemo, Match, onCleanup, Show, Switch, untrack, type JSX } from 'solid-js'
import { useScreen } from './context.ts'
import { giveUp, look, taking, type Takes } from './moves.ts'
import { Compare } from './parts/Compare.tsx'
import { Halves } from './parts/Mark.tsx'
import { Progress } from './parts/Progress.tsx'
import { focusOnArrival, HomeMark } from './parts/Stage.tsx'
import { isEmpty } from './pending.ts'
import { inviteIn } from './route.ts'
import { sizeOf } from './size.ts'
import { backupWords } from './words/backup.ts'
import { moveWords } from './words/move.ts'

const said = moveWords.here

/** A link from another device of this person. Nothing leaves this one before Begin. */
export function MoveHere() {
  const screen = useScreen()
  const { state, router } = screen
  const isBegun = () => taking() !== undefined && taking()?.view.at !== 'ready'
  // Once it has come there are chats, a moment before it is said to be done.
  const isOccupied = createMemo(() => state.phase === 'ready' && !isEmpty(state) && !isBegun())
  createEffect(() => {
    const route = router.route()
    if (route.at !== 'move') return
    // Who wants it again has it on the other device.
    router.conceal()
    const fragment = inviteIn(route.text) ?? ''
    untrack(() => {
      if (!isOccupied() && taking()?.opened !== route) void look(screen, route, fragment)
    })
  })
  onCleanup(() => {
    if (router.route().at !== 'move') giveUp()
  })
  return (
    <Show when={!isOccupied()} fallback={<End say={said.ended} lede={moveWords.troubles.here.occupied} />}>
      <Show when={taking()}>{(now) => <Taking taking={now()} />}</Show>
    </Show>
  )
}

/** What becomes of it, step by step; also in the place of everything while it is put on the disk. */
export function Taking(props: { taking: Takes }) {
  const view = () => props.taking.view
  const number = createMemo(() => {
    const now = view()
    return now.at === 'compare' ? now.number : undefined
  })
  const ended = createMemo(() => {
    const now = view()
    return now.at === 'ended' ? moveWords.troubles.here[now.why] : undefined
  })
  return (
    <Switch
      fallback={
        <Stage say={said.coming} lede={said.comingLede} isMeeting children={<Coming taking={props.taking} />} />
      }
    >
      <Match when={ended()}>{(lede) => <End say={said.ended} lede={lede()} />}</Match>
      <Match when={number()}>
        {(shown) => (
          <Stage say={said.compare} lede={said.compareLede} isMeeting>
            <Compare number={shown()} />
          </Stage>
        )}
      </Match>
      <Match when={view().at === 'ready' || view().at === 'looking' || view().at === 'found'}>
        <Stage say={said.title} lede={said.lede}>
          <Beginning taking={props.taking} />
        </Stage>
      </Match>
    </Switch>
  )
}

function Beginning(props: { taking: Takes }) {
  const { router } = useScreen()
  const isReady = () => props.taking.view.at === 'ready'
  const text = (): string => {
    const { view } = props.taking
    if (view.at === 'found') return said.found
    if (view.at !== 'looking') return ''
    if (!view.isLong) return said.looking
    return view.isReached ? said.silent : said.unreached
  }
  return (
    <>
      <p class="hint">{said.asked}</p>
      <p role="status">{text()}</p>
      <div class="acts">
        <button class="button" type="button" onClick={() => router.replace('#/')}>
          {isReady() ? said.notNow : moveWords.stop}
        </button>
        <button
          class="button primary"
          type="button"
          disabled={!isReady() || !props.taking.act}
          onClick={() => props.taking.act?.begin()}
        >
          {said.go}
        </button>
      </div>
    </>
  )
}

function Coming(props: { taking: Takes }) {
  const stage = createMemo(() => {
    const { view } = props.taking
    return view.at === 'checking' || view.at === 'restoring' ? view : undefined
  })
  const came = (): number => (props.taking.view.at === 'coming' ? props.taking.view.bytes : 0)
  const text = (): string => {
    const now = stage()
    if (!now) return said.came(sizeOf(came()))
    return now.at === 'checking' ? backupWords.import.checking : backupWords.import.restored(now.done, now.of)
  }
  return (
    <>
      <Show when={stage()} fallback={<p role="status">{text()}</p>}>
        {(now) => <Progress label={text()} done={now().done} of={now().of} text={text()} />}
      </Show>
      <div class="acts">
        <button class="button" type="button" onClick={() => props.taking.act?.stop()}>
          {moveWords.stop}
        </button>
      </div>
    </>
  )
}

function End(props: { say: string; lede: string }) {
  const { router } = useScreen()
  const leave = (): void => {
    giveUp()
    router.replace('#/')
  }
  return (
    <Stage say={props.say} lede={props.lede} isAlert>
      <div class="acts">
        <button class="button primary" type="button" onClick={leave}>
          {said.home}
        </button>
      </div>
    </Stage>
  )
}

function Stage(props: { say: string; lede: string; isMeeting?: boolean; isAlert?: boolean; children?: JSX.Element }) {
  let heading!: HTMLHeadingElement
  focusOnArrival(() => heading)
  return (
    <main class="stage">
      <header class="stage-head">
        <HomeMark />
      </header>
      <div class="stage-body">
        <div class="says" role={props.isAlert ? 'alert' : undefined}>
          <Halves state={props.isAlert ? 'failed' : 'apart'} two={!props.isAlert} />
          <h1 class="say" ref={heading} tabindex="-1">
            {props.say}
          </h1>
          <p class="lede">{props.lede}</p>
        </div>
        {props.children}
      </div>
    </main>
  )
}
