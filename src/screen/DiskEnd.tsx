import { Match, onCleanup, Show, Switch } from 'solid-js'
import { useScreen } from './context.ts'
import { Restoring } from './ImportDialog.tsx'
import { Giving } from './MoveAway.tsx'
import { Taking } from './MoveHere.tsx'
import { giving, taking } from './moves.ts'
import { PlainStage } from './parts/Stage.tsx'
import { diskWords } from './words/disk.ts'

type Ended = 'blocked' | 'newer' | 'cleared' | 'full'

/** How often a page in view tries whether it may go on. */
const TRY_EVERY_MS = 2_000

export function DiskEnd(props: { why: Ended | 'restoring' }) {
  return (
    <Show when={props.why !== 'restoring' && props.why} fallback={<Held />} keyed>
      {(why) => <Why why={why} />}
    </Show>
  )
}

/** The profile is nobody’s for a while: it goes to another device, comes from one, or only a part of a backup is here. */
function Held() {
  return (
    <Switch fallback={<Restoring />}>
      <Match when={giving()}>{(now) => <Giving giving={now()} />}</Match>
      <Match when={taking()}>{(now) => <Taking taking={now()} />}</Match>
    </Switch>
  )
}

/** Why this page cannot use what is kept here, or what became of it. */
function Why(props: { why: Ended }) {
  if (props.why === 'blocked') goOnOnceFree()
  return (
    <PlainStage {...diskWords[props.why]} calm={props.why !== 'cleared'}>
      <Show when={props.why !== 'blocked' && props.why} keyed>
        {(why) => <GoOn why={why} />}
      </Show>
    </PlainStage>
  )
}

function GoOn(props: { why: Exclude<Ended, 'blocked'> }) {
  const { update, useUpdate } = useScreen()
  const go = (): void => {
    // The worker would give out the older one once more.
    if (update() === undefined) location.reload()
    else useUpdate()
  }
  return (
    <div class="acts">
      <button class="button primary large" type="button" onClick={go}>
        {diskWords[props.why].go}
      </button>
    </div>
  )
}

function goOnOnceFree(): void {
  const { actions } = useScreen()
  let going = false
  const go = async (): Promise<void> => {
    // An upgrade may take longer than the next try: one of them is enough.
    if (going || document.visibilityState !== 'visible') return
    going = true
    await actions.takeOver().finally(() => (going = false))
  }
  const look = (): void => void go()
  const timer = setInterval(look, TRY_EVERY_MS)
  document.addEventListener('visibilitychange', look)
  onCleanup(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
  })
}
