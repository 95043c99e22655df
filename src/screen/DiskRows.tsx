import { createSignal, Show } from 'solid-js'
import { isLow } from '../chat/room.ts'
import { useScreen } from './context.ts'
import { forgetsInAWeek } from './keeping.ts'
import { sizeOf } from './size.ts'
import { diskWords } from './words/disk.ts'

/** A little of something is something. */
const LEAST_SHOWN = 1

/** Whether the browser promised to keep what is here, and how much room there is. */
export function DiskRows() {
  const { keeping, state } = useScreen()
  void keeping.look()
  return (
    <>
      <Show when={keeping.room().kept !== undefined}>
        <Promised />
      </Show>
      <Show when={keeping.room().quota}>
        {(quota) => (
          // Beside an empty profile, what the browser counts would tell of another one.
          <Show when={!state.sealed} fallback={<Enough />}>
            <Used used={keeping.room().used ?? 0} quota={quota()} />
          </Show>
        )}
      </Show>
    </>
  )
}

function Promised() {
  const { keeping } = useScreen()
  const [asked, setAsked] = createSignal<'now' | 'before'>()
  const kept = () => keeping.room().kept === true
  const ask = async (): Promise<void> => {
    setAsked('now')
    await keeping.ask()
    setAsked('before')
  }
  return (
    <>
      <p class="row">
        <span>
          <span>{kept() ? diskWords.kept : diskWords.unkept}</span>
          <small role="status">
            {kept() ? diskWords.keptHow : asked() === 'before' ? diskWords.refused : diskWords.unkeptHow}
          </small>
          <Show when={forgetsInAWeek(keeping.room())}>
            <small>{diskWords.week}</small>
          </Show>
        </span>
      </p>
      <Show when={!kept()}>
        <div class="acts">
          <button class="button" type="button" disabled={asked() === 'now'} onClick={() => void ask()}>
            {diskWords.ask}
          </button>
        </div>
      </Show>
    </>
  )
}

function Enough() {
  const { keeping } = useScreen()
  return (
    <p class="row">
      <span>
        <span>{diskWords.used}</span>
        <small role="status">{isLow(keeping.room()) ? diskWords.low : diskWords.enough}</small>
      </span>
    </p>
  )
}

/** The bar is the picture of the words beside it. */
function Used(props: { used: number; quota: number }) {
  const { keeping } = useScreen()
  const share = () => Math.min(100, Math.max(LEAST_SHOWN, (props.used / props.quota) * 100))
  return (
    <div class="used">
      <span>{diskWords.used}</span>
      <span>{diskWords.usedOf(sizeOf(props.used), sizeOf(props.quota))}</span>
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width={share()} height="1" />
      </svg>
      <Show when={isLow(keeping.room())}>
        <small role="status">{diskWords.low}</small>
      </Show>
    </div>
  )
}
