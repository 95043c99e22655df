/** Two people who pass the codes themselves: no relay carries anything, minutes lie between the steps. */
import { expect, test } from 'playwright/test'
import { MINUTE } from '../attacks/help.ts'
import { begin, both, give, GONE, look, settled, stage, strangers, view } from '../simulation/by-hand.ts'
import { arrive, makeLink, meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'

test('an invite, by hand, with minutes between the steps: no box of the joiner was ever on a relay', async () => {
  const { world, a, b, invite, join } = await strangers(1)
  const before = world.log.length
  expect(await begin(a, invite)).toBe('')
  expect(stage(a)).toBe('await-call')
  const call = await begin(b, join)
  expect([stage(b), call.slice(0, 13)]).toEqual(['call', 'sotto-hand-1.'])
  await world.run(6 * MINUTE)
  const answer = await give(a, call)
  expect(stage(a)).toBe('answer')
  await world.run(7 * MINUTE)
  b.actions.byHand({ do: 'take', text: answer })
  await world.run(5_000)
  expect([stage(b), a.connected]).toEqual(['opening', false])
  // Who made the link listens for those who come by a relay; who opened it has asked for none.
  expect(world.subscribers.size).toBe(1)
  a.actions.byHand({ do: 'proceed' })
  expect(await world.run(5_000, both(a, b))).toBe(true)
  expect([view(a), view(b)]).toEqual([undefined, undefined])
  void a.actions.send(a.contactId!, 'by hand')
  expect(await world.run(5_000, () => b.texts(false).includes('by hand'))).toBe(true)
  // An open invite announces itself as ever; of the handshake nothing was published.
  expect(world.log.slice(before).filter(({ content }) => content.length > 664)).toEqual([])
})

/** Two who know each other, in new pages, with no relay that carries anything. */
async function apart(seed: number) {
  const { world, a, b } = await meet(seed, CALM)
  for (const who of [a, b]) who.kill()
  world.trouble = GONE
  await world.run(MINUTE)
  for (const who of [a, b]) who.open()
  await world.run(MINUTE)
  for (const who of [a, b]) await begin(who, who.contactId!)
  const [responder, initiator] = stage(a) === 'hello' ? [a, b] : [b, a]
  return { world, responder, initiator }
}

for (const seed of [2, 3, 4])
  test(`known contacts find each other again by hand, and what waited is delivered (seed ${seed})`, async () => {
    const { world, responder, initiator } = await apart(seed)
    expect([stage(responder), stage(initiator)]).toEqual(['hello', 'await-hello'])
    void initiator.actions.send(initiator.contactId!, 'waited')
    await world.run(5 * MINUTE)
    const call = await give(initiator, view(responder)!.code!)
    expect(stage(initiator)).toBe('call')
    await world.run(5 * MINUTE)
    const answer = await give(responder, call)
    await world.run(5 * MINUTE)
    initiator.actions.byHand({ do: 'take', text: answer })
    responder.actions.byHand({ do: 'proceed' })
    expect(await world.run(5_000, both(initiator, responder))).toBe(true)
    expect(await world.run(5_000, () => responder.texts(false).includes('waited'))).toBe(true)
  })

test('a call for no nonce, or for one that was answered, is not taken from a contact', async () => {
  const { responder, initiator } = await apart(5)
  const hello = view(responder)!.code!
  const call = await give(initiator, hello)
  await give(responder, call)
  expect(stage(responder)).toBe('answer')
  await begin(responder, responder.contactId!)
  await give(responder, call)
  expect([stage(responder), view(responder)?.problem]).toEqual(['hello', 'old'])
  // The code that was shown first leads nowhere either: its nonce is used up.
  await give(responder, await give(initiator, hello))
  expect([stage(responder), view(responder)?.problem]).toEqual(['hello', 'old'])
  // The one that is shown now does.
  await give(responder, await give(initiator, view(responder)!.code!))
  expect([stage(responder), view(responder)?.problem]).toEqual(['answer', undefined])
})

test('a wrong code is named as what it is, and leaves everything usable', async () => {
  const { world, a, b, link, invite, join } = await strangers(6)
  const other = await strangers(7)
  const foreign = await begin(other.b, other.join)
  await begin(a, invite)
  const call = await begin(b, join)
  const problem = async (who: Person, text: string) => {
    const before = { ...view(who) }
    await give(who, text)
    const { problem: found, ...rest } = view(who)!
    expect({ ...rest, problem: before.problem }).toEqual({ ...before, problem: before.problem })
    return found
  }
  expect(await problem(b, call)).toBe('own')
  for (const [text, found] of [
    ['hello', 'no-code'],
    ['x'.repeat(100_000), 'no-code'],
    [call.slice(0, -1), 'cut'],
    [`${call.slice(0, 500)}${call[500] === 'A' ? 'B' : 'A'}${call.slice(501)}`, 'changed'],
    [call.replace('hand-1', 'hand-2'), 'other-version'],
    [foreign, 'other-chat'],
  ] as const)
    for (const who of [a, b]) expect(await problem(who, text), text.slice(0, 30)).toBe(found)
  // Whose link it is decides.
  expect(await problem(a, `https://chat.example.org/${link}`)).toBe('own-link')
  expect(await problem(b, `https://chat.example.org/${link}`)).toBe('no-code')
  const answer = await give(a, `It is this: ${call.slice(0, 70)}\r\n ${call.slice(70)}`)
  expect([stage(a), view(a)?.problem]).toEqual(['answer', undefined])
  expect(await problem(a, answer)).toBe('own')
  await begin(b, join)
  expect(await problem(b, answer)).toBe('old')
  expect(await world.run(MINUTE, both(a, b))).toBe(false)
})

test('begun anew on one side: the link is bound, so the maker of the link gives a code first', async () => {
  for (const reloaded of ['joiner', 'inviter']) {
    const { world, a, b, invite, join } = await strangers(8)
    await begin(a, invite)
    const answer = await give(a, await begin(b, join))
    if (reloaded === 'joiner') {
      b.kill()
      b.open()
      await settled(b)
      expect(view(b)).toBe(undefined)
      await give(a, await begin(b, join))
      expect([stage(a), view(a)?.problem]).toEqual(['hello', 'begun'])
    } else {
      b.actions.byHand({ do: 'take', text: answer })
      a.kill()
      a.open()
      await world.run(MINUTE)
      expect(stage(b)).toBe('over')
      await begin(a, invite)
      await begin(b, join)
      expect([stage(a), stage(b)]).toEqual(['hello', 'await-hello'])
    }
    await give(a, await give(b, view(a)!.code!))
    b.actions.byHand({ do: 'take', text: view(a)!.code! })
    a.actions.byHand({ do: 'proceed' })
    expect(await world.run(5_000, both(a, b)), reloaded).toBe(true)
  }
})

test('a quarter of an hour later the codes are worth nothing, and the exchange says that it is over', async () => {
  const { world, a, b, invite, join } = await strangers(9)
  await begin(a, invite)
  const answer = await give(a, await begin(b, join))
  await world.run(16 * MINUTE)
  expect([stage(a), stage(b)]).toEqual(['over', 'over'])
  await give(b, answer)
  expect(view(b)?.problem).toBe('other-step')
})

test('somebody else with the same link is turned away by hand too, and their page can be told', async () => {
  const { world, a, b, link, invite, join } = await strangers(10)
  const thief = await arrive(world)
  const theirs = await look(thief, link)
  await begin(a, invite)
  await give(a, await begin(b, join))
  await give(a, await begin(thief, theirs))
  expect([stage(a), view(a)?.problem]).toEqual(['hello', 'begun'])
  await give(a, await give(thief, view(a)!.code!))
  expect(stage(a)).toBe('refusal')
  expect(a.page!.messenger.snapshot.alerts.map(({ kind }) => kind)).toEqual(['late-opener'])
  await give(thief, view(a)!.code!)
  expect(thief.page!.messenger.snapshot.joins[0]?.phase).toBe('used')
})

test('an older copy: both are asked, by hand as by relay', async () => {
  const { responder, initiator } = await apart(11)
  const contact = responder.page!.messenger.state!.contacts.get(responder.contactId!)!
  const pairs = contact.pairs.map((pair) => ({ ...pair, psks: [new Uint8Array(32).fill(7)] }))
  responder.disk.contacts.set(contact.id, { ...contact, pairs })
  responder.kill()
  responder.open()
  await settled(responder)
  await give(responder, await give(initiator, await begin(responder, contact.id)))
  expect([stage(responder), view(responder)?.trouble]).toEqual(['refusal', 'restored'])
  await give(initiator, view(responder)!.code!)
  expect([stage(initiator), view(initiator)?.trouble]).toEqual(['over', 'restored'])
})

test('who turns to hiding takes back what their code says', async () => {
  const { a, b, invite, join } = await strangers(12)
  await begin(a, invite)
  await give(a, await begin(b, join))
  for (const who of [a, b]) void who.actions.setHideIp(true)
  await settled(a)
  expect([view(a), view(b)]).toEqual([undefined, undefined])
  // There is no TURN server here, so that no code is made at all.
  expect(await begin(b, join)).toBe('')
  expect([stage(b), view(b)?.trouble]).toEqual(['over', 'nowhere-to-hide'])
})

test('one exchange at a time: another one hangs up what the first had begun', async () => {
  const { a, b, join } = await strangers(13)
  await begin(b, join)
  const end = b.page!.ends.at(-1)!
  expect(end.closed).toBe(false)
  const second = await look(b, (await makeLink(a)) || '')
  await begin(b, second)
  expect([end.closed, view(b)?.id]).toEqual([true, second])
  expect(await begin(b, 'nothing of this name')).toBe('')
  expect(view(b)).toBe(undefined)
})
