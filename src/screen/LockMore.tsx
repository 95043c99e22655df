import { createResource, Show } from 'solid-js'
import type { LockChange, LockKept } from '../chat/keyring.ts'
import { useScreen } from './context.ts'
import { Switch } from './parts/Switch.tsx'
import { moreLockWords } from './words/lock-more.ts'

/** What can be added to a passphrase, and in plain words what it cannot do. */
export function LockMore() {
  const { actions } = useScreen()
  const [facts, { refetch }] = createResource(() => actions.lockFacts())
  const change = async (to: LockChange): Promise<LockKept> => {
    const kept = await actions.changeLock(to).catch(() => false)
    await refetch()
    return kept
  }
  return (
    <Show when={facts.latest}>
      {(known) => (
        <Switch
          {...moreLockWords.ten}
          on={known().eraseAfterTen}
          turn={async (on) => (await change({ to: 'erase-after-ten', on })) === true}
        />
      )}
    </Show>
  )
}
