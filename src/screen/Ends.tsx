/** Pages on which it does not go on. */
import { PlainStage } from './parts/Stage.tsx'
import { words } from './words/index.ts'

/** A part of the app did not come, or is no longer where this page looks for it. */
export function Unfetched() {
  return (
    <PlainStage say={words.unfetched.say} lede={words.unfetched.lede}>
      <div class="acts">
        <button class="button primary large" type="button" onClick={() => location.reload()}>
          {words.unfetched.reload}
        </button>
      </div>
    </PlainStage>
  )
}
