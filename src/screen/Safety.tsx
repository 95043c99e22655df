import { createSignal, Match, Show, Switch } from 'solid-js'
import type { ChatSummary } from '../chat/snapshot.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { useScreen } from './context.ts'
import { LeaveDialog } from './fetched.tsx'
import { Dialog } from './parts/Dialog.tsx'
import type { Outcome } from './parts/OutcomeLine.tsx'
import { Halt, Moment } from './SafetyEnds.tsx'
import { SafetyNumber } from './SafetyNumber.tsx'
import { SafetyScan } from './SafetyScan.tsx'
import { readPicture } from './scan.ts'
import { safetyWords } from './words/safety.ts'

/** The dialog's faces; each but the last can be left, the halt only through its buttons. */
type FaceName = 'number' | 'scan' | 'moment' | 'halt'

const CLASSES: Record<FaceName, string> = { number: 'safety', scan: 'sheet', moment: 'moment', halt: 'halt' }
/** As long as the two halves of the number slide. */
const LEVEL_MS = 700

/** Who is this really? Compare the number by voice, or let a camera do it. */
export function Safety(props: { chat: ChatSummary; onClosed: () => void }) {
  const { actions } = useScreen()
  const [face, setFace] = createSignal<FaceName>('number')
  const [outcome, setOutcome] = createSignal<Outcome>()
  const [leaving, setLeaving] = createSignal<object>()

  const judge = async (payload: Bytes): Promise<void> => {
    const result = await actions.scanned(props.chat.id, payload)
    setOutcome(result)
    if (result === 'mismatch') setFace('halt')
    if (result === 'match' && face() === 'scan') setFace('moment')
    if (result === 'match' && face() === 'number') afterLevelling(() => setFace('moment'))
  }
  const look = async (picture: File): Promise<void> => {
    setOutcome('reading')
    const payload = await readPicture(picture).catch(() => undefined)
    if (payload) await judge(payload)
    else setOutcome('no-code')
  }
  const turnTo = (to: FaceName): void => {
    setOutcome(undefined)
    setFace(to)
  }

  return (
    <>
      <Dialog
        class={CLASSES[face()]}
        label={safetyWords.name}
        firm={face() === 'halt'}
        onClosed={() => props.onClosed()}
      >
        {(close) => (
          <Switch>
            <Match when={face() === 'number'}>
              <SafetyNumber
                chat={props.chat}
                outcome={outcome()}
                close={close}
                onScan={() => turnTo('scan')}
                onPicture={(picture) => void look(picture)}
              />
            </Match>
            <Match when={face() === 'scan'}>
              <SafetyScan
                name={props.chat.name}
                outcome={outcome()}
                close={close}
                onCode={judge}
                onPicture={(picture) => void look(picture)}
                onCancel={() => turnTo('number')}
              />
            </Match>
            <Match when={face() === 'moment'}>
              <Moment name={props.chat.name} close={close} />
            </Match>
            <Match when={face() === 'halt'}>
              <Halt name={props.chat.name} onLeave={() => setLeaving({})} onAgain={() => turnTo('scan')} />
            </Match>
          </Switch>
        )}
      </Dialog>
      <Show when={leaving()} keyed>
        <LeaveDialog chat={props.chat} onClosed={() => setLeaving(undefined)} />
      </Show>
    </>
  )
}

/** Lets the halves of the number come level first; any key ends it, and without motion there is nothing to see. */
function afterLevelling(run: () => void): void {
  const done = (): void => {
    clearTimeout(timer)
    removeEventListener('keydown', done)
    run()
  }
  const timer = setTimeout(done, matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : LEVEL_MS)
  addEventListener('keydown', done)
}
