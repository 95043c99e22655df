/** What came of a test of servers is told of the servers that are set, and of none that were. */
import { expect, test } from 'playwright/test'
import { makeActions } from '../../src/chat/actions.ts'
import type { Check, Settings } from '../../src/chat/ports.ts'
import { arrive } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'

/** A person whose servers answer when the test says so. */
async function tester(seed: number) {
  const world = new World(seed, CALM)
  const { messenger } = (await arrive(world)).page!
  const runs: { readonly settings: Settings; readonly tell: (checks: readonly Check[]) => void }[] = []
  const actions = makeActions(messenger, {
    clock: { now: () => world.now, after: () => () => undefined },
    random: (length) => world.random(length),
    history: { isFree: () => Promise.resolve(false) },
    servers: {
      read: (_, text) => ({ value: { relays: [text] } }),
      probe: (settings, tell) => void runs.push({ settings, tell }),
    },
  })
  const begin = async () => {
    const begun = actions.testConnection()
    await world.run(100)
    await begun
    return runs.at(-1)!
  }
  const shown = async () => {
    await world.run(100)
    return messenger.snapshot.network.checks
  }
  return { world, actions, begin, shown }
}

const answered = (id: string): Check => ({ id, state: 'answered', ms: 12 })

test('outcomes for servers that were replaced meanwhile, or of an earlier test, are not shown', async () => {
  const { world, actions, begin, shown } = await tester(1)
  const first = await begin()
  first.tell([answered('ws://r')])
  expect(await shown()).toEqual([answered('ws://r')])
  const written = actions.setServers('relays', 'wss://new.example/')
  await world.run(100)
  expect(await written).toEqual({ ok: true })
  first.tell([answered('ws://r')])
  expect(await shown()).toEqual([])
  const second = await begin()
  first.tell([answered('ws://r')])
  expect(await shown()).toEqual([])
  second.tell([answered('wss://new.example/')])
  expect(await shown()).toEqual([answered('wss://new.example/')])
})

test('servers are tried as the chat would use them: hidden, where the person is', async () => {
  const { world, actions, begin } = await tester(2)
  expect((await begin()).settings.relayOnly).toBe(false)
  void actions.setHideIp(true)
  await world.run(100)
  expect((await begin()).settings.relayOnly).toBe(true)
})
