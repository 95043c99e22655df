import { expect, test } from 'playwright/test'
import { Front, type FrontDeps } from '../../src/chat/front.ts'
import { NOBODY } from '../../src/chat/start.ts'
import { NO_SEARCH, NOT_MOVED, UNSEALED } from './plain.ts'
import { Disk, makeMemoryHistory } from '../simulation/memory-history.ts'

/** A page on a device that has a profile, and whose engine cannot be fetched. */
function pageWithout(odds: Partial<FrontDeps>): Front {
  const disk = new Disk()
  disk.profile = NOBODY
  return new Front({
    history: makeMemoryHistory(disk, (run) => queueMicrotask(run)),
    keyring: UNSEALED,
    search: NO_SEARCH,
    moving: NOT_MOVED,
    erase: () => Promise.resolve(true),
    clock: { now: () => Date.now(), after: () => () => undefined },
    loadEngine: () => Promise.resolve(undefined),
    ...odds,
  })
}

test('an engine that cannot be fetched is told in the place of everything that would wait for it', async () => {
  const front = pageWithout({})
  const phases: string[] = []
  front.subscribe(({ phase }) => phases.push(phase))
  await front.start()
  expect(phases).toEqual(['ready', 'unfetched'])
})

test('a page that was opened for more than its first screen fetches the engine while the profile is read', async () => {
  for (const eager of [false, true]) {
    const order: string[] = []
    const loadEngine = (): Promise<undefined> => {
      order.push('fetch')
      return Promise.resolve(undefined)
    }
    const front = pageWithout({ loadEngine, eager })
    front.subscribe(({ phase }) => order.push(phase))
    await front.start()
    expect(order).toEqual(eager ? ['fetch', 'ready', 'unfetched'] : ['ready', 'fetch', 'unfetched'])
  }
})

test('after everything was erased nothing is read, kept or fetched until somebody asks for something', async () => {
  const disk = new Disk()
  const done: string[] = []
  const memory = makeMemoryHistory(disk, (run) => queueMicrotask(run))
  const front = new Front({
    history: {
      ...memory,
      claim: (onLost) => {
        done.push('claim')
        return memory.claim(onLost)
      },
    },
    keyring: UNSEALED,
    search: NO_SEARCH,
    moving: NOT_MOVED,
    erase: () => Promise.resolve(true),
    clock: { now: () => 1, after: () => () => undefined },
    loadEngine: () => {
      done.push('fetch')
      return Promise.resolve(undefined)
    },
  })
  front.subscribe(({ phase }) => done.push(phase))
  const started = front.startWhenAsked()
  front.actions.closeChat()
  front.actions.present(false)
  await new Promise((resolve) => setImmediate(resolve))
  expect(done).toEqual(['ready'])
  void front.actions.startChat()
  await started
  expect(done).toEqual(['ready', 'claim', 'ready', 'fetch', 'unfetched'])
})
