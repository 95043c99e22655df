import { createMemo, Show } from 'solid-js'
import type { InviteView } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { LinkQr, NoRelay } from './fetched.tsx'
import { createCopy, isHere } from './copying.ts'
import { Alerts } from './parts/Alerts.tsx'
import { ByHandAct, Connection } from './parts/Connection.tsx'
import { HideSwitch } from './parts/HideSwitch.tsx'
import { Icon } from './parts/Icon.tsx'
import { NameField } from './parts/NameField.tsx'
import { EndStage, focusOnArrival } from './parts/Stage.tsx'
import { StartButton } from './parts/StartButton.tsx'
import { isWaiting } from './pending.ts'
import { words } from './words/index.ts'

/** A link this person made: send it, and wait. */
export function Invite(props: { invite: InviteView }) {
  return (
    <Show when={isWaiting(props.invite)} fallback={<Ended invite={props.invite} />}>
      <Waiting invite={props.invite} />
    </Show>
  )
}

function Ended(props: { invite: InviteView }) {
  const { actions } = useScreen()
  const said = () => words.invite[props.invite.state === 'expired' ? 'expired' : 'withdrawn']
  return (
    <EndStage say={said().say} lede={said().lede} calm>
      <div class="acts">
        <StartButton class="button primary" onStarted={() => actions.forget(props.invite.id)} />
      </div>
    </EndStage>
  )
}

function Waiting(props: { invite: InviteView }) {
  const { actions } = useScreen()
  const noRelay = () => props.invite.line.cause === 'no-relay-named'
  // Not by `origin`, which a page from a disk does not have.
  const url = createMemo(() => location.href.replace(/[?#].*/, '') + (props.invite.fragment ?? ''))
  // One that was sent before a way was chosen leads nowhere.
  const changed = createMemo((before: { link: string; times: number }) => ({ link: url(), times: before.times + 1 }), {
    link: '',
    times: -1,
  })
  let heading!: HTMLHeadingElement
  focusOnArrival(() => heading)
  return (
    <main class="stage">
      <header class="stage-head">
        <a class="tool" href="#/" aria-label={words.back}>
          <Icon name="back" mirrors />
        </a>
        <h1 ref={heading} tabindex="-1">
          {words.invite.heading}
        </h1>
      </header>
      <div class="stage-body">
        <div class="two">
          <div class="text">
            <Show
              when={noRelay()}
              fallback={
                <>
                  <h2 class="say">{words.invite.say}</h2>
                  <p class="lede">{words.invite.lede}</p>
                </>
              }
            >
              <NoRelay id={props.invite.id} />
            </Show>
            <Show when={props.invite.fragment}>
              <Show when={url()} keyed>
                {(link) => <SendLink url={link} changed={changed().times > 0} />}
              </Show>
            </Show>
          </div>
          <Show when={props.invite.fragment && !noRelay()}>
            <div class="half">
              <LinkQr url={url()} label={words.invite.qr} />
            </div>
          </Show>
          <div class="text">
            <NameField hint={words.me.seenByOne} />
            <HideSwitch />
            <div class="acts">
              <button class="button" type="button" onClick={() => actions.withdraw(props.invite.id)}>
                {words.invite.withdraw}
              </button>
              <ByHandAct id={props.invite.id} line={props.invite.line} />
            </div>
          </div>
        </div>
      </div>
      <footer class="stage-foot">
        <Alerts />
        <Connection id={props.invite.id} line={props.invite.line} place="invite" />
      </footer>
    </main>
  )
}

/** The link and the ways to send it; a browser without sharing has only the copy. */
function SendLink(props: { url: string; changed: boolean }) {
  let input!: HTMLInputElement
  const { copied, copy } = createCopy(() => input)
  // Closing the share sheet without sharing is no failure.
  const share = (): Promise<void> => navigator.share({ url: props.url }).catch(() => undefined)
  return (
    <>
      <div class="pair">
        <input
          ref={input}
          class="input code"
          readonly
          dir="ltr"
          autocomplete="off"
          aria-label={words.invite.link}
          value={props.url}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button class="button primary" type="button" onClick={() => void copy()}>
          {words.invite.copy}
        </button>
      </div>
      <p class="hint" aria-live="polite">
        {copied() === undefined
          ? props.changed
            ? words.invite.changed
            : ''
          : words.invite[copied() ? 'copied' : 'notCopied']}
      </p>
      <Show when={isHere(location.hostname)}>
        <p class="fact">
          <Icon name="info" />
          <span>{words.invite.onlyHere}</span>
        </p>
      </Show>
      <Show when={'share' in navigator}>
        <div class="acts">
          <button class="button" type="button" onClick={() => void share()}>
            <Icon name="share" />
            {words.invite.share}
          </button>
        </div>
      </Show>
    </>
  )
}
