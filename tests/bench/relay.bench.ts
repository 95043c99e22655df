/** What a person costs the embedded relay: memory while they are merely there, and time for each event. */
import { test } from './bench.ts'
import { costOf, TOPICS } from './relay-cost.ts'

const AMOUNT = { sockets: 2_000, events: 1_000 }

test('people who are merely there, and events among them', async ({ report }) => {
  const bare = await costOf('bare', AMOUNT)
  const ours = await costOf('ours', AMOUNT)
  const beside = { baselineName: 'a bare server that hands on what it gets' }
  report({
    ...beside,
    name: `relay, ${AMOUNT.sockets} people with ${TOPICS} topics each: memory a person`,
    unit: 'KiB',
    ours: ours.kib,
    baseline: bare.kib,
    goal: { atMost: 40 },
  })
  report({
    ...beside,
    name: 'relay: processor time for an event, checked and handed on',
    unit: 'ms',
    ours: ours.ms,
    baseline: bare.ms,
    goal: { atMost: 4 },
  })
  report({
    name: 'relay: events handed to somebody they do not concern',
    unit: '',
    ours: ours.wrong,
    baseline: ours.right,
    baselineName: 'handed to whom they concern',
    goal: { atMost: 0 },
  })
})
