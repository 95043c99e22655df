/** What breaks is announced anew at once, and what keeps breaking no faster than the limits say. */
import { expect, test } from 'playwright/test'
import { lost } from '../../src/chat/conversation.ts'
import { attemptFailed } from '../../src/chat/handshaking.ts'
import { HELLO_GAP } from '../../src/chat/limits.ts'
import { Turn } from '../../src/chat/turn.ts'
import { meet } from '../simulation/meeting.ts'
import { CALM } from '../simulation/world.ts'

const BREAKS = {
  'a line': lost,
  'an attempt': (turn: Turn, id: string) => {
    turn.setLink(id, { live: undefined, failures: 0 })
    attemptFailed(turn, id, 99, 'networks')
  },
}

for (const [what, breaks] of Object.entries(BREAKS))
  test(`${what} that breaks is announced again at once, and the next time only after HELLO_GAP`, async () => {
    const { world, a } = await meet(1, CALM)
    const id = a.contactId!
    let { state } = a.page!.messenger
    /** Breaks a second after it was announced, `ms` from now; returns how long after the announcement the next one comes. */
    const again = (ms: number): number => {
      const now = world.now + ms
      const turn = new Turn(state!, { now, random: world.random })
      turn.setLink(id, { announcedAt: now - 1_000 })
      breaks(turn, id)
      state = turn.state
      return turn.link(id).helloAt! - (now - 1_000)
    }
    expect(again(0)).toBeLessThanOrEqual(3_000)
    expect(again(4_000)).toBe(HELLO_GAP)
    expect(again(8_000)).toBe(HELLO_GAP)
    expect(again(18_000)).toBeLessThanOrEqual(3_000)
  })
