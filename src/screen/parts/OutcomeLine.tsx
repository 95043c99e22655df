import { Show } from 'solid-js'
import type { ScanOutcome } from '../../chat/snapshot.ts'
import { words } from '../words/index.ts'
import { Icon } from './Icon.tsx'

/** What came of scanning, or how far it has come. */
export type Outcome = ScanOutcome | 'reading' | 'no-code' | 'starting' | 'looking'

const AT_WORK: readonly Outcome[] = ['reading', 'starting', 'looking']

/** The status line of verification: there from the start, so that what it says later is heard. */
export function OutcomeLine(props: { outcome: Outcome | undefined; name: string }) {
  const atWork = () => props.outcome !== undefined && AT_WORK.includes(props.outcome)
  return (
    <p class="outcome" role="status" aria-label={words.safety.outcome} data-result={resultOf(props.outcome)}>
      <Show when={props.outcome}>
        {(outcome) => (
          <>
            <Show when={atWork()} fallback={<Icon name="info" />}>
              <span class="line" data-state="connecting" aria-hidden="true" />
            </Show>
            <span>{sentence(outcome(), props.name)}</span>
          </>
        )}
      </Show>
    </p>
  )
}

function resultOf(outcome: Outcome | undefined): ScanOutcome | undefined {
  if (outcome === 'no-code') return 'unreadable'
  return outcome === 'reading' || outcome === 'starting' || outcome === 'looking' ? undefined : outcome
}

function sentence(outcome: Outcome, name: string): string {
  switch (outcome) {
    case 'reading':
      return words.safety.reading
    case 'starting':
      return words.safety.starting
    case 'looking':
      return words.safety.looking(name)
    case 'no-code':
      return words.safety.noCode(name)
    case 'match':
      return words.safety.match.why
    case 'mismatch':
      return words.safety.mismatch.why(name)
    default:
      return words.safety.outcomes[outcome](name)
  }
}
