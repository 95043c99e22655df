import { expect, test } from 'playwright/test'
import { Front } from '../../src/chat/front.ts'
import type { Keyring } from '../../src/chat/keyring.ts'
import { NOBODY } from '../../src/chat/start.ts'
import { Disk, makeMemoryHistory } from '../simulation/memory-history.ts'

/** A profile without a passphrase. */
const UNSEALED: Keyring = {
  sealed: false,
  unlock: () => Promise.resolve({ ok: true }),
  setPassphrase: () => Promise.resolve(),
  removePassphrase: () => Promise.resolve(),
  lock: () => undefined,
}

test('an engine that cannot be fetched is told in the place of everything that would wait for it', async () => {
  const disk = new Disk()
  disk.profile = NOBODY
  const front = new Front({
    history: makeMemoryHistory(disk, (run) => queueMicrotask(run)),
    keyring: UNSEALED,
    clock: { now: () => Date.now(), after: () => () => undefined },
    loadEngine: () => Promise.resolve(undefined),
  })
  const phases: string[] = []
  front.subscribe(({ phase }) => phases.push(phase))
  await front.start()
  expect(phases).toEqual(['ready', 'unfetched'])
})

test('a page that was opened for more than its first screen fetches the engine while the profile is read', async () => {
  for (const eager of [false, true]) {
    const order: string[] = []
    const disk = new Disk()
    disk.profile = NOBODY
    const front = new Front({
      history: makeMemoryHistory(disk, (run) => queueMicrotask(run)),
      keyring: UNSEALED,
      clock: { now: () => Date.now(), after: () => () => undefined },
      loadEngine: () => {
        order.push('fetch')
        return Promise.resolve(undefined)
      },
      eager,
    })
    front.subscribe(({ phase }) => order.push(phase))
    await front.start()
    expect(order).toEqual(eager ? ['fetch', 'ready', 'unfetched'] : ['ready', 'fetch', 'unfetched'])
  }
})
