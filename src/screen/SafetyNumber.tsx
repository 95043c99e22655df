import { For, Show } from 'solid-js'
import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { DialogHead, type Close } from './parts/Dialog.tsx'
import { Icon } from './parts/Icon.tsx'
import { OutcomeLine, type Outcome } from './parts/OutcomeLine.tsx'
import { PictureButton } from './parts/PictureButton.tsx'
import { QrCode } from './parts/QrCode.tsx'
import { bytesQr } from './qr.ts'
import { words } from './words/index.ts'

/** The number is the mark: 30 digits in each half, apart until verified, level after. */
export function SafetyNumber(props: {
  chat: ChatSummary
  outcome: Outcome | undefined
  close: Close
  onScan: () => void
  onPicture: (picture: File) => void
}) {
  const { actions } = useScreen()
  const numbers = actions.safety(props.chat.id)
  const groups = numbers?.digits.match(/\d{5}/g) ?? []
  return (
    <>
      <DialogHead title={words.safety.name} close={props.close} />
      <div class="dialog-body" data-verified={props.chat.verified}>
        <p>{words.safety.say(props.chat.name)}</p>
        {/* Always left to right, so that “left” is left on both screens. */}
        <div class="digits" role="group" aria-label={words.safety.digits} dir="ltr">
          <Half groups={groups.slice(0, 6)} /> <Half groups={groups.slice(6)} />
        </div>
        <div class="compare">
          <Show when={numbers}>{(own) => <QrCode drawing={bytesQr(own().payload)} label={words.safety.qr} />}</Show>
          <div>
            <h3>{words.safety.quicker}</h3>
            <p>{words.safety.quickerHow(props.chat.name)}</p>
          </div>
          <div class="acts">
            <button class="button" type="button" onClick={() => props.onScan()}>
              <Icon name="camera" />
              {words.safety.scan}
            </button>
            <PictureButton class="button" onPicture={props.onPicture} />
          </div>
        </div>
        <OutcomeLine outcome={props.outcome} name={props.chat.name} />
        <ByEye chat={props.chat} />
      </div>
    </>
  )
}

function Half(props: { groups: readonly string[] }) {
  return (
    <div>
      <For each={props.groups}>
        {(group, index) => (
          <>
            {index() > 0 ? ' ' : ''}
            <span>{group}</span>
          </>
        )}
      </For>
    </div>
  )
}

function ByEye(props: { chat: ChatSummary }) {
  const { actions } = useScreen()
  const mark = (verified: boolean): void => actions.markVerified(props.chat.id, verified)
  return (
    <div class="foot">
      <Show
        when={props.chat.verified}
        fallback={
          <>
            <div>
              <h3>{words.safety.ask}</h3>
              <p>{words.safety.askHow}</p>
            </div>
            <button class="button primary" type="button" onClick={() => mark(true)}>
              {words.safety.mark}
            </button>
          </>
        }
      >
        <div>
          <h3>{words.safety.verified}</h3>
          <p>{words.safety.verifiedWhat(props.chat.name)}</p>
        </div>
        <button class="button" type="button" onClick={() => mark(false)}>
          {words.safety.clear}
        </button>
      </Show>
    </div>
  )
}
