import { Show } from 'solid-js'
import type { ScanOutcome } from '../../chat/snapshot.ts'
import { safetyWords } from '../words/safety.ts'
import { Icon } from './Icon.tsx'

/** What came of scanning, or how far it has come. */
export type Outcome = ScanOutcome | 'reading' | 'no-code' | 'starting' | 'looking'

const AT_WORK: readonly Outcome[] = ['reading', 'starting', 'looking']

/** The status line of verification: there from the start, so that what it says later is heard. */
export function OutcomeLine(props: { outcome: Outcome | undefined; name: string }) {
  const atWork = () => props.outcome !== undefined && AT_WORK.includes(props.outcome)
  return (
    <p class="outcome" role="status" aria-label={safetyWords.outcome} data-result={resultOf(props.outcome)}>
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
      return safetyWords.reading
    case 'starting':
      return safetyWords.starting
    case 'looking':
      return safetyWords.looking(name)
    case 'no-code':
      return safetyWords.noCode(name)
    case 'match':
      return safetyWords.match.why
    case 'mismatch':
      return safetyWords.mismatch.why(name)
    default:
      return safetyWords.outcomes[outcome](name)
  }
}
