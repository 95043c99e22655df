import { createMemo, createSignal, onCleanup, Show } from 'solid-js'
import { createCopy } from './copying.ts'
import { framesOf } from './hand-frames.ts'
import { QrCode } from './parts/QrCode.tsx'
import { bytesQr, textQr } from './qr.ts'
import { words } from './words/index.ts'
import { handWords } from './words/hand.ts'

/** Long enough for a camera to look twice; who wants less motion gets it slower. */
const FRAME_MS = 220
const CALM_FRAME_MS = 1_500

/** What to pass on: a link or a code, as text and as a picture, which moves where one is not enough. */
export function HandGive(props: { code: string; onNext: (() => void) | undefined }) {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const [frame, setFrame] = createSignal(0)
  const timer = setInterval(() => setFrame((i) => i + 1), isCalm ? CALM_FRAME_MS : FRAME_MS)
  onCleanup(() => clearInterval(timer))
  const drawings = createMemo(() => {
    const frames = framesOf(props.code)
    return frames.length > 0 ? frames.map((bytes) => bytesQr(bytes, 'low')) : [textQr(props.code)]
  })
  let text!: HTMLTextAreaElement
  const { copied, copy } = createCopy(() => text)
  return (
    <div class="code-pair">
      <QrCode drawing={drawings()[frame() % drawings().length]!} label={handWords.qr} />
      <div class="field">
        <textarea
          ref={text}
          class="input code"
          readonly
          dir="ltr"
          rows="5"
          autocomplete="off"
          aria-label={handWords.yours}
          value={props.code}
        />
        <div class="acts">
          <button class="button" type="button" onClick={() => void copy()}>
            {handWords.copy}
          </button>
          <Show when={props.onNext}>
            <button class="button primary" type="button" onClick={() => props.onNext?.()}>
              {handWords.next}
            </button>
          </Show>
        </div>
        <p class="hint" aria-live="polite">
          {copied() === undefined ? '' : words.invite[copied() ? 'copied' : 'notCopied']}
        </p>
      </div>
    </div>
  )
}
