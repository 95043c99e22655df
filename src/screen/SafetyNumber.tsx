import { Show } from 'solid-js'
import type { ChatSummary } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { DialogHead, type Close } from './parts/Dialog.tsx'
import { Digits } from './parts/Digits.tsx'
import { Icon } from './parts/Icon.tsx'
import { OutcomeLine, type Outcome } from './parts/OutcomeLine.tsx'
import { PictureButton } from './parts/PictureButton.tsx'
import { QrCode } from './parts/QrCode.tsx'
import { bytesQr } from './qr.ts'
import { safetyWords } from './words/safety.ts'

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
      <DialogHead title={safetyWords.name} close={props.close} />
      <div class="dialog-body" data-verified={props.chat.verified}>
        <p>{safetyWords.say(props.chat.name)}</p>
        <Digits label={safetyWords.digits} groups={groups} />
        <div class="compare">
          <Show when={numbers}>{(own) => <QrCode drawing={bytesQr(own().payload)} label={safetyWords.qr} />}</Show>
          <div>
            <h3>{safetyWords.quicker}</h3>
            <p>{safetyWords.quickerHow(props.chat.name)}</p>
          </div>
          <div class="acts">
            <button class="button" type="button" onClick={() => props.onScan()}>
              <Icon name="camera" />
              {safetyWords.scan}
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

/** One button for both ways, so that it keeps the focus. */
function ByEye(props: { chat: ChatSummary }) {
  const { actions } = useScreen()
  const verified = () => props.chat.verified
  return (
    <div class="foot">
      <div>
        <h3>{verified() ? safetyWords.verified : safetyWords.ask}</h3>
        <p>{verified() ? safetyWords.verifiedWhat(props.chat.name) : safetyWords.askHow}</p>
      </div>
      <button
        class="button"
        classList={{ primary: !verified() }}
        type="button"
        onClick={() => actions.markVerified(props.chat.id, !verified())}
      >
        {verified() ? safetyWords.clear : safetyWords.mark}
      </button>
    </div>
  )
}
