/** A turn writes to maps that it made, never to those of the state it began with, nor to what a refused step leaves behind. */
import { expect, test } from 'playwright/test'
import { ProtocolError } from '../../src/protocol/errors.ts'
import { IDLE_LINK } from '../../src/chat/state.ts'
import { Turn } from '../../src/chat/turn.ts'
import { meet } from '../simulation/meeting.ts'
import { CALM } from '../simulation/world.ts'

test('many changes copy a map once; a step that is refused leaves what was there before it', async () => {
  const { world, a } = await meet(1, CALM)
  const state = a.page!.messenger.state!
  const before = new Map(state.links)
  const turn = new Turn(state, { now: world.now, random: world.random })
  turn.setLink('one', { failures: 1 })
  const { links } = turn.state
  turn.setLink('two', { failures: 2 })
  expect(turn.state.links).toBe(links)
  expect(
    turn.guarded(() => {
      turn.setLink('one', { failures: 9 })
      turn.setLink('three', { failures: 3 })
      throw new ProtocolError('malformed')
    }),
  ).toBe(false)
  const left = ['one', 'two', 'three'].map((id) => (turn.state.links.get(id) ?? IDLE_LINK).failures)
  expect(left).toEqual([1, 2, 0])
  expect(state.links).toEqual(before)
})
