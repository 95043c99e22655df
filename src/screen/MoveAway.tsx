import { createEffect, createMemo, createSignal, Match, onCleanup, Show, Switch } from 'solid-js'
import { lockBy } from './auto-lock.ts'
import { createCopy, isHere } from './copying.ts'
import { useScreen } from './context.ts'
import { EraseDialog } from './EraseDialog.tsx'
import { LinkQr } from './fetched.tsx'
import { give, giving, leave, type Gives } from './moves.ts'
import { Compare } from './parts/Compare.tsx'
import { Dialog, DialogHead, type Close } from './parts/Dialog.tsx'
import { Icon } from './parts/Icon.tsx'
import { Halves } from './parts/Mark.tsx'
import { Progress } from './parts/Progress.tsx'
import { backupWords } from './words/backup.ts'
import { words } from './words/index.ts'
import { moveWords } from './words/move.ts'

const said = moveWords.away

/** A link for the new device, and the number that both show. With the person’s yes the page is given to `Giving`. */
export function MoveDialog(props: { onClosed: () => void }) {
  void give(useScreen())
  // Also by a step back; with the person’s yes it goes on without this.
  onCleanup(() => {
    const at = giving()?.view.at
    if (at !== 'moving' && at !== 'storing') void leave()
  })
  const closed = (): void => {
    void leave()
    props.onClosed()
  }
  return (
    <Dialog class="sheet" label={moveWords.title} firm={giving()?.view.at === 'compare'} onClosed={closed}>
      {(close) => (
        <>
          <DialogHead title={moveWords.title} close={close} />
          <div class="dialog-body">
            <Show when={giving()}>{(now) => <Steps giving={now()} close={close} />}</Show>
          </div>
        </>
      )}
    </Dialog>
  )
}

function Steps(props: { giving: Gives; close: Close }) {
  const compare = createMemo(() => (props.giving.view.at === 'compare' ? props.giving.view : undefined))
  const ended = createMemo(() => (props.giving.view.at === 'ended' ? props.giving.view : undefined))
  return (
    <Switch fallback={<Link giving={props.giving} />}>
      <Match when={compare()}>
        {(view) => (
          <>
            <p role="status">
              <strong>{said.same}</strong> {said.differs}
            </p>
            <Compare number={view().number} />
            <Show when={view().others}>
              <p class="error" role="alert">
                {said.others}
              </p>
            </Show>
            <div class="acts fill">
              <button class="button" type="button" onClick={() => props.giving.act?.decline()}>
                {said.no}
              </button>
              <button class="button primary" type="button" onClick={() => props.giving.act?.accept()}>
                {said.yes}
              </button>
            </div>
          </>
        )}
      </Match>
      <Match when={ended()}>
        {(view) => (
          <>
            <p class="error" role="alert">
              {moveWords.troubles.away[view().why]}
            </p>
            <p>{said.still}</p>
            <div class="acts fill">
              <button class="button primary" type="button" onClick={() => props.close()}>
                {said.close}
              </button>
            </div>
          </>
        )}
      </Match>
    </Switch>
  )
}

/** The link, its picture, and what became of it so far. */
function Link(props: { giving: Gives }) {
  let input!: HTMLInputElement
  const { copied, copy } = createCopy(() => input)
  const url = createMemo(() => {
    const fragment = props.giving.act?.fragment
    return fragment === undefined ? '' : `${location.href.replace(/[?#].*/, '')}#/move/${fragment}`
  })
  const state = (): string => {
    const { view } = props.giving
    if (view.at === 'found') return said.found
    return view.at === 'waiting' && view.isReached ? said.waiting : said.notReached
  }
  return (
    <>
      <p>{said.why}</p>
      <div class="pair">
        <input
          ref={input}
          class="input code"
          readonly
          dir="ltr"
          autocomplete="off"
          aria-label={said.link}
          value={url()}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button class="button primary" type="button" disabled={url() === ''} onClick={() => void copy()}>
          {said.copy}
        </button>
      </div>
      <p class="hint" aria-live="polite">
        {copied() === undefined ? said.secret : copied() ? said.copied : said.notCopied}
      </p>
      <Show when={isHere(location.hostname)}>
        <p class="fact">
          <Icon name="info" />
          <span>{words.invite.onlyHere}</span>
        </p>
      </Show>
      <Show when={url()}>
        <LinkQr url={url()} label={said.qr} />
      </Show>
      <p role="status">{state()}</p>
    </>
  )
}

/** In the place of everything, while it goes to the new device, and until the person says what is to become of it here. */
export function Giving(props: { giving: Gives }) {
  const [erasing, setErasing] = createSignal<object>()
  const { actions } = useScreen()
  const view = () => props.giving.view
  // The key is still here. As long as it is on its way there is somebody, or nobody could say yes.
  createEffect(() => {
    const { locks } = props.giving
    const lock = (): void => void leave().then(() => actions.lock())
    if (!locks || (view().at !== 'done' && view().at !== 'ended')) return
    if (locks.lockHidden && document.visibilityState === 'hidden') lock()
    else lockBy(locks, lock)
  })
  const heading = (): string => {
    const now = view()
    if (now.at === 'done') return said.done
    if (now.at === 'ended') return now.why === 'unsure' ? said.unsure : said.ended
    return said.going
  }
  return (
    <main class="stage">
      <span />
      <div class="stage-body">
        <Halves state={view().at === 'done' ? undefined : view().at === 'ended' ? 'failed' : 'apart'} two />
        <div class="says" role="status">
          <h1 class="say">{heading()}</h1>
          <Switch fallback={<p class="lede">{said.goingLede}</p>}>
            <Match when={endOf(props.giving)}>{(text) => <p class="lede">{text()}</p>}</Match>
            <Match when={view().at === 'done'}>
              <p class="lede">{said.doneLede}</p>
            </Match>
          </Switch>
          <Going giving={props.giving} />
          <Show when={lackingOf(props.giving) > 0}>
            <p class="error">{said.lacking}</p>
          </Show>
        </div>
        <div class="acts">
          <Switch>
            <Match when={view().at === 'moving'}>
              <button class="button" type="button" onClick={() => props.giving.act?.stop()}>
                {moveWords.stop}
              </button>
            </Match>
            <Match when={view().at === 'ended'}>
              <button class="button primary" type="button" onClick={() => void leave()}>
                {said.back}
              </button>
            </Match>
            <Match when={view().at === 'done'}>
              <button class="button stop" type="button" onClick={() => setErasing({})}>
                {backupWords.import.erase}
              </button>
              <button class="button" type="button" onClick={() => void leave()}>
                {said.keep}
              </button>
            </Match>
          </Switch>
        </div>
      </div>
      <Show when={erasing()} keyed>
        <EraseDialog onClosed={() => setErasing(undefined)} />
      </Show>
    </main>
  )
}

function Going(props: { giving: Gives }) {
  const going = createMemo(() => (props.giving.view.at === 'moving' ? props.giving.view : undefined))
  return (
    <Switch>
      <Match when={going()}>
        {(now) => (
          <Progress
            label={said.progress}
            done={now().done}
            of={now().of}
            text={now().of > 0 ? backupWords.export.of(now().done, now().of) : backupWords.moment}
          />
        )}
      </Match>
      <Match when={props.giving.view.at === 'storing'}>
        <p>{said.storing}</p>
      </Match>
    </Switch>
  )
}

function endOf({ view }: Gives): string | undefined {
  return view.at === 'ended' ? `${moveWords.troubles.away[view.why]} ${said.still}` : undefined
}

function lackingOf({ view }: Gives): number {
  return view.at === 'done' ? view.lacking : 0
}
