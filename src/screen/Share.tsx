import { For, Match, Show, Switch } from 'solid-js'
import { useScreen } from './context.ts'
import { Face } from './parts/Face.tsx'
import { Icon } from './parts/Icon.tsx'
import { focusOnArrival } from './parts/Stage.tsx'
import { StartButton } from './parts/StartButton.tsx'
import { enShare } from './words/en-share.ts'
import { words } from './words/index.ts'

/** What came from the share sheet, and to whom it may go: into what is written to them, never further by itself. */
export function Share() {
  const { share } = useScreen()
  let heading!: HTMLHeadingElement
  focusOnArrival(() => heading)
  const text = () => {
    const found = share.shared()
    return found && 'text' in found ? found.text : undefined
  }
  const why = () => {
    const found = share.shared()
    return found && 'why' in found ? found.why : undefined
  }
  return (
    <main class="stage">
      <header class="stage-head">
        <a class="tool" href="#/" aria-label={words.back}>
          <Icon name="back" mirrors />
        </a>
        <h1 ref={heading} tabindex="-1">
          {words.share}
        </h1>
      </header>
      <div class="stage-body wide">
        <Switch>
          <Match when={text()}>{(found) => <Recipients text={found()} />}</Match>
          <Match when={why()}>
            {(reason) => (
              <p class="lede" role="alert">
                {enShare.none[reason()]}
              </p>
            )}
          </Match>
        </Switch>
      </div>
    </main>
  )
}

function Recipients(props: { text: string }) {
  const { state, share } = useScreen()
  // In a stopped chat nothing can be written.
  const chats = () => state.chats.filter(({ line }) => line.cause !== 'stopped')
  const choose = (event: Event, id: string): void => {
    event.preventDefault()
    share.putInto(id)
  }
  return (
    <>
      <div class="msg" data-mine="true">
        <p class="bubble shared" dir="auto" tabindex="0" role="group" aria-label={enShare.what}>
          {props.text}
        </p>
      </div>
      <Show
        when={chats().length > 0}
        fallback={
          <>
            <p class="lede">{enShare.nobody}</p>
            <div class="acts">
              <StartButton class="button primary" />
            </div>
          </>
        }
      >
        <p class="lede">{enShare.how}</p>
        <ul role="list" aria-label={words.list.chats}>
          <For each={chats()}>
            {({ id, name }) => (
              <li class="chat-row">
                <Face id={id} name={name} />
                <b>
                  <a dir="auto" href={`#/chat/${id}`} onClick={(event) => choose(event, id)}>
                    {name || words.someone}
                  </a>
                </b>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </>
  )
}
