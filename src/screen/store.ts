import { createStore, reconcile } from 'solid-js/store'
import type { Snapshot } from '../chat/snapshot.ts'

export type Store = {
  readonly state: Snapshot
  /** Takes over a whole new snapshot; rows with the same id stay the same nodes on the screen. */
  update(snapshot: Snapshot): void
}

/**
 * The screen's one store. Snapshots are copied at the border, because `reconcile` writes into the objects it holds and
 * the chat shares them between snapshots.
 */
export function makeStore(initial: Snapshot): Store {
  const [state, setState] = createStore<Snapshot>(structuredClone(initial))
  return {
    state,
    update: (snapshot) => setState(reconcile(structuredClone(snapshot), { key: 'id' })),
  }
}
