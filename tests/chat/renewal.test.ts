/** Keys of a running session are renewed in time, without a pause. What becomes of one whose keys are not: attacks/flood.test.ts. */
import { expect, test } from 'playwright/test'
import { liveOf, MINUTE } from '../attacks/help.ts'
import { meet } from '../simulation/meeting.ts'
import { CALM } from '../simulation/world.ts'

test('after an hour the keys are new on both sides, on the same line, and everything said meanwhile arrives in order', async () => {
  const { world, a, b } = await meet(1, CALM)
  const peers = [liveOf(a)?.peer, liveOf(b)?.peer]
  const said: string[] = []
  for (let minute = 0; minute < 70; minute++) {
    said.push(`at ${minute}`)
    void a.actions.send(a.contactId ?? '', `at ${minute}`)
    void b.actions.send(b.contactId ?? '', `at ${minute}`)
    await world.run(MINUTE)
  }
  expect([liveOf(a)?.peer, liveOf(b)?.peer]).toEqual(peers)
  for (const person of [a, b]) {
    expect(person.texts(false)).toEqual(said)
    // Pings every five seconds for 70 minutes would be 1,600 frames and more under one set of keys.
    expect(liveOf(person)?.session.used.frames).toBeLessThan(800)
  }
})
