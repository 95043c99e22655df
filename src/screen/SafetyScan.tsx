import type { Bytes } from '../protocol/bytes.ts'
import { DialogHead, type Close } from './parts/Dialog.tsx'
import { Finder } from './parts/Finder.tsx'
import { OutcomeLine, type Outcome } from './parts/OutcomeLine.tsx'
import { safetyWords } from './words/safety.ts'

/** It goes on looking until the codes are told apart. */
export function SafetyScan(props: {
  name: string
  outcome: Outcome | undefined
  close: Close
  onCode: (payload: Bytes) => Promise<void>
  onPicture: (picture: File) => void
  onCancel: () => void
}) {
  return (
    <>
      <DialogHead title={safetyWords.scan} close={props.close} />
      <div class="dialog-body">
        <Finder
          name={props.name}
          onCode={(payload) => props.onCode(payload)}
          onPicture={(picture) => props.onPicture(picture)}
          onCancel={() => props.onCancel()}
        >
          {({ trouble, looking }) => (
            <OutcomeLine
              outcome={props.outcome ?? (trouble() ? undefined : looking() ? 'looking' : 'starting')}
              name={props.name}
            />
          )}
        </Finder>
      </div>
    </>
  )
}
