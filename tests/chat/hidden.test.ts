/** “Hide my IP address” hides it, whenever it is switched on. */
import { expect, test } from 'playwright/test'
import { meet } from '../simulation/meeting.ts'
import { CALM } from '../simulation/world.ts'

test('hiding the address does not leave a direct line open', async () => {
  const { world, a, b } = await meet(3, CALM)
  expect(a.page!.messenger.snapshot.chats[0]!.line.state).toBe('direct')
  void a.actions.setHideIp(true)
  await world.run(30 * 60_000)
  expect(b.page !== undefined && a.page!.messenger.snapshot.me.hideIp).toBe(true)
  expect(a.page!.messenger.snapshot.chats[0]!.line.state).not.toBe('direct')
})
