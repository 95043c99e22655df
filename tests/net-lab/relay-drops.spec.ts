/** A media relay that turns against the two in the middle of a conversation. */
import { article, connection, expect, hasState, reads, say } from '../e2e/fixtures.ts'
import { test } from './lab.ts'
import { firstMessage, personIn, statesOf, watchStates } from './people.ts'

const ARRIVED = /^(delivered|read)$/

test('attack 37: the relay loses the end of a burst: nobody calls it delivered, and it comes by another line, once', async ({
  people,
  lab,
}) => {
  lab.script('calm', 'symmetric', 'symmetric')
  const [ana, ben] = await Promise.all([personIn(people, lab, 'hostA'), personIn(people, lab, 'hostB')])
  await firstMessage(ana, ben)
  await expect(connection(ben)).toHaveAttribute('data-state', 'relayed')
  for (const text of ['one', 'two', 'three']) await say(ben, text)
  await expect(article(ben, 'three')).toHaveAttribute('data-state', ARRIVED)
  lab.script('mute')
  await say(ben, 'the last')
  await watchStates(ben, 'the last')
  await hasState(ben, 'the last', 'sent')
  // The line is found dead, and the message waits here again.
  await expect(article(ben, 'the last')).toHaveAttribute('data-state', 'queued', { timeout: 45_000 })
  await expect(article(ana, 'the last')).toHaveCount(0)
  expect(await statesOf(ben)).toEqual(['queued'])
  lab.script('calm', 'symmetric', 'symmetric')
  await expect(article(ben, 'the last')).toHaveAttribute('data-state', ARRIVED, { timeout: 90_000 })
  await reads(ana, ['hello', 'one', 'two', 'three', 'the last'])
})
