import { createSignal, createUniqueId, For, Show } from 'solid-js'
import { publicRelays } from '../chat/public-relays.ts'
import { useScreen } from './context.ts'
import { words } from './words/index.ts'
import { wireWords } from './words/wire.ts'
import { relayWords } from './words/relay.ts'

/** For a link that leads nowhere, as the host of the page names no relay: three ways, none of them taken without a press. */
export function NoRelay(props: { id: string }) {
  const { actions, router } = useScreen()
  const id = createUniqueId()
  const [shown, setShown] = createSignal<readonly string[]>()
  const [wrong, setWrong] = createSignal<string>()
  let input!: HTMLInputElement
  const use = async (relays: string): Promise<void> => {
    const outcome = await actions.setServers('relays', relays)
    if (outcome.ok) return
    setWrong(outcome.reason ? wireWords.wrong(relayWords.address, outcome.reason) : words.wire.notKept)
  }
  const useOwn = (event: Event): void => {
    event.preventDefault()
    if (input.value.trim()) void use(input.value)
    else input.focus()
  }
  return (
    <section class="ways" aria-labelledby={`${id}-heading`}>
      <h2 class="say" id={`${id}-heading`}>
        {relayWords.heading}
      </h2>
      <p class="lede">{relayWords.lede}</p>
      <ul role="list">
        <li>
          <h3>{relayWords.lend}</h3>
          <p>{relayWords.lendWhy}</p>
          <Show
            when={shown()}
            fallback={
              <button class="button" type="button" onClick={() => setShown(publicRelays)}>
                {relayWords.lendOpen}
              </button>
            }
          >
            {(relays) => (
              <>
                <p class="hosts" dir="ltr" ref={(said) => queueMicrotask(() => said.focus())} tabindex="-1">
                  <For each={relays()}>{(relay) => <code>{relay.replace('wss://', '')}</code>}</For>
                </p>
                <button class="button primary" type="button" onClick={() => void use(relays().join('\n'))}>
                  {relayWords.lendTake}
                </button>
              </>
            )}
          </Show>
        </li>
        <li>
          <h3>{relayWords.own}</h3>
          <p>{relayWords.ownWhy}</p>
          <form class="pair" onSubmit={useOwn}>
            <input
              ref={input}
              class="input code"
              type="text"
              dir="ltr"
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              placeholder="wss://"
              aria-label={relayWords.address}
              aria-invalid={wrong() !== undefined}
            />
            <button class="button" type="submit">
              {relayWords.take}
            </button>
          </form>
        </li>
        <li>
          <h3>{relayWords.none}</h3>
          <p>{relayWords.noneWhy}</p>
          <button class="button" type="button" onClick={() => router.go(`#/hand/${props.id}`)}>
            {words.acts.hand}
          </button>
        </li>
      </ul>
      <Show when={wrong()}>
        <p role="alert" class="error">
          {wrong()}
        </p>
      </Show>
      <p class="hint">{relayWords.named}</p>
    </section>
  )
}
