import { expect, test } from 'playwright/test'
import { Front } from '../../src/chat/front.ts'
import { NOBODY } from '../../src/chat/start.ts'
import { Disk, makeMemoryHistory } from '../simulation/memory-history.ts'

test('an engine that cannot be fetched is told in the place of everything that would wait for it', async () => {
  const disk = new Disk()
  disk.profile = NOBODY
  const front = new Front({
    history: makeMemoryHistory(disk, (run) => queueMicrotask(run)),
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
