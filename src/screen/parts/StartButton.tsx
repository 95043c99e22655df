import { createSignal, Show } from 'solid-js'
import { useScreen } from '../context.ts'
import { words } from '../words/index.ts'

/** One press makes a link and shows it. Says so when there can be none. */
export function StartButton(props: { class: string; label?: string; onStarted?: () => void }) {
  const { actions, router } = useScreen()
  const [trouble, setTrouble] = createSignal<'too-many' | 'storage'>()
  let busy = false
  const start = async (): Promise<void> => {
    if (busy) return
    busy = true
    const result = await actions.startChat().catch(() => ({ ok: false, why: 'storage' }) as const)
    busy = false
    if (!result.ok) {
      setTrouble(result.why)
      return
    }
    setTrouble(undefined)
    props.onStarted?.()
    router.go(`#/invite/${result.id}`)
  }
  return (
    <>
      <button class={props.class} type="button" onClick={() => void start()}>
        {props.label ?? words.home.start}
      </button>
      <Show when={trouble()}>
        {(why) => (
          <p class="error" role="alert">
            {why() === 'storage' ? words.home.cannotKeep : words.home.tooMany}
          </p>
        )}
      </Show>
    </>
  )
}
