/** What is shown as read was read, and who does not tell is not told. */
import { expect, test } from 'playwright/test'
import { step } from '../../src/chat/step.ts'
import { fromHex } from '../../src/protocol/bytes.ts'
import type { Frame } from '../../src/protocol/session.ts'
import { liveOf, MINUTE } from '../attacks/help.ts'
import { calledOf, contactOf, idOf, read, say, scene, show, shown, tell } from './read-scene.ts'

test('a message is read once the other has it on the screen and is there, and so are all before it', async () => {
  const { ana, ben } = await scene(1)
  await say(ana, 'one', 'two')
  expect(shown(ana)).toEqual(['delivered', 'delivered'])
  await show(ben, false)
  await say(ana, 'three')
  expect(shown(ana)).toEqual(['delivered', 'delivered', 'delivered'])
  expect(contactOf(ben)?.readTo).toBe(0)
  ben.actions.present(true)
  await ana.world.run(1_000)
  expect(shown(ana)).toEqual(['read', 'read', 'read'])
  // What comes while Ben looks on is read at once.
  await say(ana, 'four')
  expect(shown(ana)).toEqual(['read', 'read', 'read', 'read'])
  expect([contactOf(ana)?.theyRead, contactOf(ben)?.readTo]).toEqual([4, 4])
  // No row says so: the number does.
  expect(ana.rows().map((r) => r.state)).toEqual(['delivered', 'delivered', 'delivered', 'delivered'])
})

test('it is told once a session, in one frame with one id', async () => {
  const { world, ana, ben } = await scene(2)
  await show(ben)
  await say(ana, 'one', 'two', 'three')
  const states: unknown[] = []
  const end = ben.page!.ends.at(-1)!
  const send = end.send.bind(end)
  end.send = (bytes) => (states.push(bytes.length), send(bytes))
  await say(ana, 'four', 'five')
  // Delivered and read, each once for what came together.
  const told = states.length
  expect(told).toBeLessThanOrEqual(4)
  ben.actions.present(false)
  ben.actions.present(true)
  await world.run(1_000)
  expect(states.length).toBe(told)
})

test('what was read while the two were apart is told when they meet again', async () => {
  const { world, ana, ben } = await scene(3)
  await say(ana, 'one')
  ana.kill()
  await world.run(MINUTE)
  await show(ben)
  expect(contactOf(ben)?.readTo).toBe(1)
  // Also when the page that saw it is gone, and the next one has the chat not even open.
  ben.kill()
  await world.run(1_000)
  ben.open()
  ana.open()
  expect(await world.run(10 * MINUTE, () => ana.connected && ben.connected)).toBe(true)
  await show(ana)
  await world.run(20_000)
  expect(shown(ana)).toEqual(['read'])
})

test('a message whose receipt was lost is shown as read too, once it is delivered', async () => {
  const { world, ana, ben } = await scene(4)
  await show(ben)
  const end = ben.page!.ends.at(-1)!
  end.send = () => undefined
  await say(ana, 'one')
  expect(shown(ana)).toEqual(['sent'])
  expect(contactOf(ben)?.readTo).toBe(1)
  expect(await world.run(10 * MINUTE, () => shown(ana)[0] === 'read')).toBe(true)
})

test('with receipts off nothing is told and nothing is shown; what comes after may be', async () => {
  const { ana, ben } = await scene(5)
  await show(ben)
  await say(ana, 'one')
  expect(shown(ana)).toEqual(['read'])
  void ana.actions.setReadReceipts(false)
  await ana.world.run(100)
  expect(shown(ana)).toEqual(['delivered'])
  await say(ana, 'two')
  expect(contactOf(ana)?.theyRead).toBe(1)
  // Ana tells nothing either.
  await say(ben, 'to Ana')
  expect(shown(ben)).toEqual(['delivered'])
  expect(ana.disk.profile?.readReceipts).toBe(false)
  ana.kill()
  ana.open()
  expect(await ana.world.run(10 * MINUTE, () => ana.connected && ben.connected)).toBe(true)
  await ana.world.run(20_000)
  expect(shown(ben)).toEqual(['delivered'])
  await show(ana)
  await ana.world.run(1_000)
  expect([shown(ana), shown(ben)]).toEqual([['delivered', 'delivered'], ['delivered']])
  void ana.actions.setReadReceipts(true)
  await ana.world.run(1_000)
  expect(shown(ben)).toEqual(['read'])
})

test('a receipt for what is not ours, not delivered, of another chat or older than the last one changes nothing', async () => {
  const { ana, ben } = await scene(6)
  await say(ana, 'one', 'two')
  await say(ben, 'theirs')
  const [one, two, theirs] = ['one', 'two', 'theirs'].map((text) => idOf(ana, text))
  await tell(ana, ben, read('ab'.repeat(16)), read(theirs!))
  expect(shown(ana)).toEqual(['delivered', 'delivered'])
  await tell(ana, ben, read(one!))
  expect(shown(ana)).toEqual(['read', 'delivered'])
  // The last id counts.
  await tell(ana, ben, read(two!, one!))
  expect(shown(ana)).toEqual(['read', 'delivered'])
  await tell(ana, ben, read(one!, two!), read(one!))
  expect(shown(ana)).toEqual(['read', 'read'])
  expect(contactOf(ana)?.theyRead).toBe(2)
  // Another chat with a row of the same id.
  ana.disk.messages.set('elsewhere', [{ ...ana.rows()[0]!, contactId: 'elsewhere', id: 'cd'.repeat(16), seq: 9 }])
  await tell(ana, ben, read('cd'.repeat(16)))
  expect(contactOf(ana)?.theyRead).toBe(2)

  // Sent, and read before it is delivered: not yet.
  const hold = ben.page!.ends.at(-1)!
  const send = hold.send.bind(hold)
  hold.send = () => undefined
  await say(ana, 'three')
  hold.send = send
  await tell(ana, ben, read(idOf(ana, 'three')))
  expect(shown(ana)).toEqual(['read', 'read', 'sent'])
  expect(contactOf(ana)?.theyRead).toBe(2)
  await tell(
    ana,
    ben,
    { type: 'receipt', what: 'delivered', ids: [fromHex(idOf(ana, 'three'))] },
    read(idOf(ana, 'three')),
  )
  expect(shown(ana)).toEqual(['read', 'read', 'read'])
})

test('what is not acknowledged is not read, whatever is said of a later one', async () => {
  const { world, ana, ben } = await scene(9)
  const hold = ben.page!.ends.at(-1)!
  const send = hold.send.bind(hold)
  hold.send = () => undefined
  await say(ana, 'one', 'two', 'three')
  hold.send = send
  const [two, three] = ['two', 'three'].map((text) => fromHex(idOf(ana, text)))
  await tell(ana, ben, { type: 'nack', id: two!, code: 1 }, { type: 'receipt', what: 'delivered', ids: [three!] })
  await tell(ana, ben, read(idOf(ana, 'three')))
  expect(shown(ana)).toEqual(['sent', 'failed', 'read'])
  ben.kill()
  ana.kill()
  ana.open()
  await world.run(1_000)
  await show(ana)
  expect(shown(ana)).toEqual(['queued', 'failed', 'read'])
})

test('delivered and read may come together; a switch that was turned meanwhile counts', async () => {
  const { world, ana, ben } = await scene(10)
  const hold = ben.page!.ends.at(-1)!
  hold.send = () => undefined
  await say(ana, 'one')
  await show(ben)
  const env = { now: world.now, random: world.random }
  const row = ana.rows()[0]!
  const delivered: Frame = { type: 'receipt', what: 'delivered', ids: [fromHex(row.id)] }
  const state = ana.page!.messenger.state!
  const frames = [{ frame: delivered }, { frame: read(row.id), row }]
  const { state: after } = step(state, { type: 'frames', peer: liveOf(ana)!.peer, frames }, env)
  expect(after.contacts.get(row.contactId)?.theyRead).toBe(1)

  // Ben's page is just looking up what he read last.
  const contactId = ben.contactId ?? ''
  const live = { ...liveOf(ben)!, toldTo: 0 }
  const recalled = { type: 'recalled', contactId, line: live.peer, seq: 1, row: ben.rows()[0] } as const
  for (const [readReceipts, sends] of [
    [true, 1],
    [false, 0],
  ] as const) {
    const before = ben.page!.messenger.state!
    const links = new Map(before.links).set(contactId, { ...before.links.get(contactId)!, live })
    const { effects } = step({ ...before, links, profile: { ...before.profile, readReceipts } }, recalled, env)
    expect(effects.filter((effect) => effect.do === 'send')).toHaveLength(sends)
  }
})

test('a refused message can be sent again as a new one or taken away; a draft is left alone', async () => {
  const { world, ana, ben } = await scene(7)
  const hold = ben.page!.ends.at(-1)!
  const send = hold.send.bind(hold)
  hold.send = () => undefined
  await say(ana, 'no', 'never')
  hold.send = send
  const [no, never] = ['no', 'never'].map((text) => idOf(ana, text))
  for (const id of [no!, never!]) await tell(ana, ben, { type: 'nack', id: fromHex(id), code: 1 })
  expect(shown(ana)).toEqual(['failed', 'failed'])
  ana.actions.setDraft(ana.contactId ?? '', 'half a sent')
  ana.actions.sendAgain(calledOf(ana, 'no'))
  await world.run(1_000)
  expect(ana.texts(true)).toEqual(['never', 'no'])
  expect(idOf(ana, 'no')).not.toBe(no)
  expect(shown(ana)).toEqual(['failed', 'delivered'])
  expect(contactOf(ana)?.draft).toBe('half a sent')
  ana.actions.discard(calledOf(ana, 'never'))
  ana.actions.discard(calledOf(ana, 'no'))
  await world.run(1_000)
  expect(ana.texts(true)).toEqual(['no'])
  // The newest one goes: the list shows the one before it.
  hold.send = () => undefined
  await say(ana, 'late')
  hold.send = send
  await tell(ana, ben, { type: 'nack', id: fromHex(idOf(ana, 'late')), code: 1 })
  ana.actions.discard(calledOf(ana, 'late'))
  await world.run(1_000)
  expect(ana.page?.messenger.snapshot.chats[0]?.last?.text).toBe('no')
})

test('what is not failed is neither sent again nor taken away', async () => {
  const { ana } = await scene(8)
  await say(ana, 'one')
  const state = ana.page!.messenger.state!
  const env = { now: ana.world.now, random: ana.world.random }
  const id = calledOf(ana, 'one')
  for (const event of [{ type: 'discard', id } as const, { type: 'send-again', id, as: 'ef'.repeat(16) } as const])
    expect(step(state, event, env).refused).toBe(true)
})
