import { createSignal, createUniqueId, For, onCleanup, onMount } from 'solid-js'
import type { Close } from './parts/Dialog.tsx'
import { Halves } from './parts/Mark.tsx'
import { safetyWords } from './words/safety.ts'

/** When the seam closes, and what the hand feels then (ms). */
const CLOSES_AT_MS = 760
const FELT_MATCH_MS = 20
const FELT_STOP_MS = [60, 40, 60]

/** The two halves meet. Any key ends the movement. */
export function Moment(props: { name: string; close: Close }) {
  const [still, setStill] = createSignal(false)
  let heading!: HTMLHeadingElement
  const timer = setTimeout(() => vibrate(FELT_MATCH_MS), CLOSES_AT_MS)
  const end = (): void => void setStill(true)
  addEventListener('keydown', end)
  onMount(() => heading.focus())
  onCleanup(() => {
    clearTimeout(timer)
    removeEventListener('keydown', end)
  })
  return (
    <div class="dialog-body" data-still={still() ? '' : undefined}>
      <Halves two />
      <h2 class="say" ref={heading} tabindex="-1">
        {safetyWords.match.say(props.name)}
      </h2>
      <p role="status" aria-label={safetyWords.outcome} data-result="match">
        {safetyWords.match.why}
      </p>
      <div class="acts">
        <button class="button primary" type="button" onClick={() => props.close()}>
          {safetyWords.match.back}
        </button>
      </div>
    </div>
  )
}

/** They do not meet, and nothing else is on the screen. */
export function Halt(props: { name: string; onLeave: () => void; onAgain: () => void }) {
  const id = createUniqueId()
  let heading!: HTMLHeadingElement
  onMount(() => {
    heading.focus()
    vibrate(FELT_STOP_MS)
  })
  return (
    <div class="dialog-body" role="alertdialog" aria-labelledby={`${id}-stop`} aria-describedby={`${id}-why`}>
      <Halves />
      <h2 ref={heading} id={`${id}-stop`} tabindex="-1">
        {safetyWords.mismatch.say}
      </h2>
      <p class="lede" id={`${id}-why`} role="status" aria-label={safetyWords.outcome} data-result="mismatch">
        {safetyWords.mismatch.why(props.name)}
      </p>
      <ol>
        <For each={safetyWords.mismatch.steps(props.name)}>{(step) => <li>{step}</li>}</For>
      </ol>
      <div class="acts">
        <button class="button" type="button" onClick={() => props.onLeave()}>
          {safetyWords.mismatch.leave}
        </button>
        <button class="button ghost" type="button" onClick={() => props.onAgain()}>
          {safetyWords.mismatch.again}
        </button>
      </div>
    </div>
  )
}

/** Where the device can and may. */
function vibrate(pattern: number | number[]): void {
  if ('vibrate' in navigator && navigator.userActivation?.hasBeenActive) navigator.vibrate(pattern)
}
