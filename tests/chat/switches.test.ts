/** A switch of Settings holds once it is on the disk, and whoever turned it hears whether it is. */
import { expect, test } from 'playwright/test'
import { arrive } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'

for (const [what, key, action] of [
  ['the address', 'hideIp', 'setHideIp'],
  ['read receipts', 'readReceipts', 'setReadReceipts'],
] as const)
  test(`a switch that could not be kept says so and changes nothing: ${what}`, async () => {
    const world = new World(1, CALM)
    const a = await arrive(world)
    const before = a.page!.messenger.snapshot.me[key]
    const turned = async (): Promise<boolean> => {
      const kept = a.actions[action](!before)
      await world.run(500)
      return kept
    }
    a.disk.aborts = () => true
    expect([await turned(), a.page!.messenger.snapshot.me[key]]).toEqual([false, before])
    a.disk.aborts = () => false
    expect([await turned(), a.page!.messenger.snapshot.me[key]]).toEqual([true, !before])
  })
