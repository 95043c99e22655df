/** Keys of a running session are renewed in time, without a pause, or the session ends. */
import { expect, test } from 'playwright/test'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'

const MINUTE = 60_000
const live = (person: Person) => [...(person.page?.messenger.state?.links.values() ?? [])].find((l) => l.live)?.live

test('after an hour the keys are new on both sides, on the same line, and everything said meanwhile arrives in order', async () => {
  const { world, a, b } = await meet(1, CALM)
  const peers = [live(a)?.peer, live(b)?.peer]
  const said: string[] = []
  for (let minute = 0; minute < 70; minute++) {
    said.push(`at ${minute}`)
    void a.actions.send(a.contactId ?? '', `at ${minute}`)
    void b.actions.send(b.contactId ?? '', `at ${minute}`)
    await world.run(MINUTE)
  }
  expect([live(a)?.peer, live(b)?.peer]).toEqual(peers)
  for (const person of [a, b]) {
    expect(person.texts(false)).toEqual(said)
    // Pings every five seconds for 70 minutes would be 1,600 frames and more under one set of keys.
    expect(live(person)?.session.used.frames).toBeLessThan(800)
  }
})

test('a session whose renewal is swallowed ends, and a new one carries on', async () => {
  const { world, a, b } = await meet(2, CALM)
  const peers = [live(a)?.peer, live(b)?.peer]
  const initiator = live(a)?.session.role === 'initiator' ? a : b
  // The wire loses exactly the frames that are as large as a renewal.
  for (const end of initiator.page?.ends ?? []) {
    const send = end.send.bind(end)
    end.send = (bytes) => (bytes.length === 2048 ? undefined : send(bytes))
  }
  await world.run(61 * MINUTE)
  expect(live(initiator)?.rekeying).toBe(true)
  await world.run(10 * MINUTE, () => live(a) !== undefined && live(a)?.peer !== peers[0] && b.connected)
  expect(live(a)?.peer).not.toBe(peers[0])
  void a.actions.send(a.contactId ?? '', 'still here')
  await world.run(MINUTE, () => b.texts(false).length === 1)
  expect(b.texts(false)).toEqual(['still here'])
})
