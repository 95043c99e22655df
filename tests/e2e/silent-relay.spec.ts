/** Relays that take everything and pass nothing on. */
import {
  connected,
  connection,
  expect,
  hasState,
  meet,
  pressJoin,
  reload,
  say,
  startChat,
  test as base,
  type People,
} from './fixtures.ts'
import { obey, startOddRelay } from '../net/support.ts'
import { configure } from './odd-relays.ts'

type Silent = Awaited<ReturnType<typeof startOddRelay>>

/** One does not answer at all; one confirms all that it is asked, and does none of it. */
const test = base.extend<{ silent: readonly Silent[] }>({
  silent: async ({ people }, use) => {
    const relays = await Promise.all([startOddRelay(() => {}), startOddRelay(obey)])
    for (const { url } of relays) people.allowOrigin(url)
    // The relays end before the pages do.
    people.expectError(/WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/' failed/)
    await use(relays)
    await Promise.all(relays.map((relay) => relay.close()))
  },
})

const personWith = (people: People, name: string, relays: readonly string[]) =>
  people.newPerson(name, { prepare: (context) => configure(context, JSON.stringify({ relays })) })

test('attack 64: relays that drop everything, beside one that does not: the two meet, and meet again', async ({
  people,
  silent,
}) => {
  const relays = [...silent.map(({ url }) => url), '/relay']
  const [ana, ben] = await Promise.all([personWith(people, 'Ana', relays), personWith(people, 'Ben', relays)])
  await meet(ana, ben)
  await reload(ben)
  await Promise.all([connected(ana), connected(ben)])
  await say(ben, 'past the silence')
  await hasState(ben, 'past the silence', 'delivered')
  for (const { messages } of silent) expect(messages.some(([kind]) => kind === 'REQ')).toBe(true)
})

for (const [at, what] of ['that does not answer', 'that confirms and does nothing'].entries())
  test(`attack 64: only a relay ${what}: the screen does not look for ever, and an honest relay ends it`, async ({
    people,
    silent,
  }) => {
    const relays = silent.slice(at, at + 1).map(({ url }) => url)
    const [ana, ben] = await Promise.all([personWith(people, 'Ana', relays), personWith(people, 'Ben', relays)])
    await pressJoin(ben, await startChat(ana))
    for (const page of [ana, ben])
      await expect(connection(page)).toHaveAttribute('data-state', /^(waiting|failed)$/, { timeout: 20_000 })
    await Promise.all([ana, ben].map((page) => page.context().unrouteAll()))
    for (const page of [ana, ben]) await reload(page)
    await Promise.all([connected(ana), connected(ben)])
  })
