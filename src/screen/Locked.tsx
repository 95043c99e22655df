import { createSignal, createUniqueId, onCleanup, onMount, Show } from 'solid-js'
import type { Unlocking } from '../chat/keyring.ts'
import { useScreen, type Screen } from './context.ts'
import { EraseDialog } from './fetched.tsx'
import { Halves } from './parts/Mark.tsx'
import { lockedWords } from './words/locked.ts'

/** Asks for the passphrase, and shows nothing else. A link in the address waits there: only the key could keep it anywhere. */
export function Locked() {
  const screen = useScreen()
  const { actions, router } = screen
  const id = createUniqueId()
  const [busy, setBusy] = createSignal(false)
  const [erasing, setErasing] = createSignal<object>()
  const [trouble, setTrouble] = createSignal('')
  const [left, setLeft] = createSignal<number>()
  const [passkeys, setPasskeys] = createSignal(false)
  const wait = createWait(() => setTrouble((said) => said && lockedWords.wrong(0)))
  let input!: HTMLInputElement
  onMount(() => {
    input.focus({ preventScroll: true })
    void actions.lockFacts().then(
      (facts) => {
        setLeft(facts.left)
        setPasskeys(facts.passkeys)
      },
      () => undefined,
    )
  })

  const unlock = async (by: () => Promise<Unlocking>): Promise<void> => {
    setBusy(true)
    setTrouble('')
    const outcome = await by().catch((): Unlocking => ({ ok: false, why: 'failed', wait: 0 }))
    setBusy(false)
    if (outcome.ok) return leaveUnknown(screen)
    const { why } = outcome
    if (why === 'spent') return
    if (why === 'passkey' || why === 'failed') return void setTrouble(lockedWords[why])
    wait.begin(outcome.wait)
    setTrouble(lockedWords[why](Math.ceil(outcome.wait / 1000)))
    setLeft(outcome.left)
    input.select()
  }
  const give = (event: Event): void => {
    event.preventDefault()
    if (!busy() && !wait.on() && input.value !== '') void unlock(() => actions.unlock(input.value))
  }
  return (
    <main class="stage locked">
      <span />
      <div class="stage-body">
        <Halves state="apart" two />
        <h1 class="say">{lockedWords.say}</h1>
        <p>{lockedWords.lede}</p>
        <form onSubmit={give}>
          <div class="pair">
            <input
              ref={input}
              class="input"
              type="password"
              aria-label={lockedWords.passphrase}
              placeholder={lockedWords.passphrase}
              // Browsers would offer to keep it, and with it the key would lie on the disk again.
              autocomplete="off"
              aria-invalid={trouble() !== ''}
              aria-describedby={id}
              readOnly={busy()}
            />
            <button class="button primary" type="submit" disabled={busy() || wait.on()}>
              {lockedWords.unlock}
            </button>
          </div>
          <div id={id}>
            <Show when={trouble()}>
              <p class="error" role="alert">
                {trouble()}
              </p>
            </Show>
            <Show when={left()}>{(tries) => <p class="hint">{lockedWords.left(tries())}</p>}</Show>
            <p class="hint" role="status">
              {busy() ? lockedWords.moment : ''}
            </p>
          </div>
        </form>
        <Show when={passkeys()}>
          <button
            class="button"
            type="button"
            disabled={busy()}
            onClick={() => void unlock(() => actions.unlockByPasskey())}
          >
            {lockedWords.byPasskey}
          </button>
        </Show>
        <Show when={router.route().at === 'link'}>
          <p class="hint">{lockedWords.link}</p>
        </Show>
      </div>
      <footer class="stage-foot">
        <p class="hint">
          {lockedWords.forgotten}{' '}
          <button class="link" type="button" onClick={() => setErasing({})}>
            {lockedWords.erase}
          </button>
        </p>
      </footer>
      <Show when={erasing()} keyed>
        <EraseDialog onClosed={() => setErasing(undefined)} />
      </Show>
    </main>
  )
}

/** An address that names nothing in what was opened tells of something else. */
function leaveUnknown({ router, state }: Screen): void {
  const route = router.route()
  const there = [...state.chats, ...state.invites, ...state.joins]
  if ('id' in route && there.every(({ id }) => id !== route.id)) router.replace('#/')
}

/** True from `begin` until so many ms are over. */
function createWait(over: () => void): { on(): boolean; begin(ms: number): void } {
  const [on, setOn] = createSignal(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return {
    on,
    begin(ms) {
      setOn(ms > 0)
      clearTimeout(timer)
      timer = setTimeout(() => {
        setOn(false)
        over()
      }, ms)
    },
  }
}
