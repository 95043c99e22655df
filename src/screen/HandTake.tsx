import { createSignal, createUniqueId, Show } from 'solid-js'
import type { HandProblem } from '../chat/snapshot.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { Gatherer } from './hand-frames.ts'
import { Finder } from './parts/Finder.tsx'
import { Icon } from './parts/Icon.tsx'
import { readPicture } from './scan.ts'
import { handWords } from './words/hand.ts'
import { safetyWords } from './words/safety.ts'

/** Their code: pasted, or read off their screen picture by picture. */
export function HandTake(props: { problem: HandProblem | undefined; onCode: (text: string) => void }) {
  const id = createUniqueId()
  const [text, setText] = createSignal('')
  const [scanning, setScanning] = createSignal(false)
  const scanned = (code: string): void => {
    setScanning(false)
    setText(code)
    props.onCode(code)
  }
  return (
    <Show when={!scanning()} fallback={<Scan onCode={scanned} onCancel={() => setScanning(false)} />}>
      <div class="field">
        <textarea
          class="input code"
          dir="ltr"
          rows="4"
          autocomplete="off"
          aria-label={handWords.theirs}
          aria-invalid={props.problem !== undefined}
          aria-describedby={id}
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p class="error" role="alert" id={id}>
          {props.problem && handWords.problems[props.problem]}
        </p>
      </div>
      <div class="acts">
        <button class="button" type="button" onClick={() => setScanning(true)}>
          <Icon name="camera" />
          {safetyWords.scan}
        </button>
        <button
          class="button primary"
          type="button"
          disabled={text().trim() === ''}
          onClick={() => props.onCode(text())}
        >
          {handWords.next}
        </button>
      </div>
    </Show>
  )
}

/** Looks until the last picture of a code is there, and says how many are. */
function Scan(props: { onCode: (code: string) => void; onCancel: () => void }) {
  const gatherer = new Gatherer()
  const [said, setSaid] = createSignal(handWords.looking)
  const take = (bytes: Bytes | undefined): void => {
    const found = bytes && gatherer.take(bytes)
    if (found?.code) return props.onCode(found.code)
    if (found) setSaid(handWords.progress(found.have, found.of))
    else setSaid(bytes ? handWords.problems['no-code'] : safetyWords.noCode(''))
  }
  return (
    <Finder
      name=""
      onCode={(bytes) => Promise.resolve(take(bytes))}
      onPicture={(picture) => void readPicture(picture).then(take)}
      onCancel={() => props.onCancel()}
    >
      {() => <p role="status">{said()}</p>}
    </Finder>
  )
}
