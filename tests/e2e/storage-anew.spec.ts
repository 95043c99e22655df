/** Everything sealed anew when a passphrase is first set, wherever it is cut off. */
import type { JSHandle } from 'playwright/test'
import { expect, test, type Probe } from './passphrase-tab.ts'

const FILLED = { contacts: ['needle-contact-1', 'needle-contact-2'], seqs: [1, 2, 3, 64, 65, 200], queued: [3, 200] }

/** A profile with rows of every kind, without a passphrase. */
const fill = (probe: JSHandle<Probe>) =>
  probe.evaluate(async (p) => {
    await p.claim()
    const [one, two] = [p.contact(1), p.contact(2)]
    await p.commit(
      { op: 'profile', profile: p.profile },
      { op: 'contact', contact: one },
      { op: 'contact', contact: two },
    )
    await p.commit({ op: 'invite', invite: p.openInvite }, { op: 'join', join: p.join }, { op: 'block', key: p.key(9) })
    for (const seq of [1, 2, 64, 65]) await p.commit({ op: 'message', message: p.received(one.id, seq) })
    for (const seq of [3, 200]) await p.commit({ op: 'message', message: p.own(one.id, seq) })
    await p.commit({ op: 'message', message: p.received(two.id, 1) })
  })

/** What this tab reads of it. */
const filled = (probe: JSHandle<Probe>) =>
  probe.evaluate(async (p) => {
    const id = p.contact(1).id
    // An own one has no row of its own for its id.
    const ids = [p.received(id, 64).id, p.own(id, 200).id, 'ff'.repeat(16)]
    const found = await p.history.find(id, ids)
    return {
      seqs: await p.page(id, Infinity, 99),
      queued: await p.outbox(id, 0, 99),
      found: found.map((row) => (row && 'seq' in row ? row.seq : row)),
    }
  })

test('all is sealed anew when a passphrase is first set: with the key of before nothing opens', async ({ tab }) => {
  const { probe } = await tab()
  await fill(probe)
  const before = await probe.evaluate(async (p) => {
    const { profile, contacts, invites, joins, blocked, last, tops } = await p.claim()
    return { profile, contacts, invites, joins, blocked, last, tops, boxes: await p.boxes(), slot: await p.keepSlot() }
  })
  expect(before.boxes.length).toBeGreaterThan(20)
  // What is written meanwhile comes after it.
  const told = await probe.evaluate(async (p) => {
    const parts: number[] = []
    const sealing = p.history.changeLock({ to: 'passphrase', passphrase: 'first' }, (done) => parts.push(done))
    const late = p.commit({ op: 'message', message: p.received(p.contact(2).id, 2) })
    await sealing
    return [parts.at(-1), await late]
  })
  expect(told).toEqual([1, 'done'])
  expect(await filled(probe)).toEqual({ seqs: FILLED.seqs, queued: FILLED.queued, found: [64, undefined, undefined] })
  expect(await probe.evaluate((p) => p.page(p.contact(2).id, Infinity, 9))).toEqual([1, 2])
  // Neither a key of a row nor a box is as it was, and where the rows were is what a first visit leaves.
  const after = await probe.evaluate((p) => p.boxes())
  expect(after.filter((box) => before.boxes.includes(box))).toEqual([])
  expect((await probe.evaluate((p) => p.form())).main.filter((row) => !row.startsWith('slots'))).toEqual([
    'manifest 16 287',
    'owner epoch=tickets',
    'profile 16 287',
  ])

  const next = await tab()
  expect(await next.probe.evaluate((p) => p.unlock('first'))).toEqual({ ok: true })
  const { profile, contacts, invites, joins, blocked, tops, damaged } = await next.probe.evaluate((p) => p.claim())
  expect({ profile, contacts, invites, joins, blocked }).toEqual({
    ...{ profile: before.profile, contacts: before.contacts, invites: before.invites },
    ...{ joins: before.joins, blocked: before.blocked },
  })
  expect([damaged, new Map(tops).get('needle-contact-1')]).toEqual([0, 200])
  expect(await filled(next.probe)).toMatchObject({ seqs: FILLED.seqs, queued: FILLED.queued })
  // Whoever kept the key that lay on the disk.
  await next.probe.evaluate((p) => p.history.lock())
  expect(await probe.evaluate((p) => p.putSlotBack())).toEqual({ contacts: 0, opened: false })
})

test('sealing anew can be cut off before and after the slot, and nothing is lost', async ({ tab }) => {
  const { page, probe } = await tab()
  await fill(probe)
  await probe.evaluate((p) => p.refuse('put', 'slots'))
  expect(await probe.evaluate((p) => p.setPassphrase('first'))).toBe('full')
  expect((await probe.evaluate((p) => p.form())).twin).toEqual(['owner epoch=tickets'])
  expect(await filled(probe)).toMatchObject({ seqs: FILLED.seqs, queued: FILLED.queued })
  expect(await probe.evaluate((p) => p.commit({ op: 'message', message: p.received(p.contact(1).id, 201) }))).toBe(
    'done',
  )
  await page.close()
  const next = await tab()
  expect((await next.probe.evaluate((p) => p.claim())).contacts.map(({ id }) => id)).toEqual(FILLED.contacts)
  expect((await filled(next.probe)).seqs).toEqual([...FILLED.seqs, 201])
  expect(await next.probe.evaluate((p) => p.history.sealed)).toBe(false)

  // The second time it goes as far as the slot, and no further.
  await next.probe.evaluate((p) => p.refuse('clear', 'invites', 1))
  expect(await next.probe.evaluate((p) => p.setPassphrase('first'))).toBe('done')
  expect((await next.probe.evaluate((p) => p.form())).main).toContainEqual(expect.stringMatching(/^contacts/))
  expect((await filled(next.probe)).seqs).toEqual([...FILLED.seqs, 201])
  await next.page.close()
  const last = await tab()
  expect(await last.probe.evaluate((p) => p.unlock('first'))).toEqual({ ok: true })
  expect((await last.probe.evaluate((p) => p.form())).main).not.toContainEqual(expect.stringMatching(/^contacts/))
  expect((await last.probe.evaluate((p) => p.claim())).contacts.map(({ id }) => id)).toEqual(FILLED.contacts)
  expect((await filled(last.probe)).seqs).toEqual([...FILLED.seqs, 201])
})

test('what was sealed anew and cannot be read is not used: all goes on where it was', async ({ tab }) => {
  const { page, probe } = await tab()
  await fill(probe)
  // It reads what it moves, and what was moved.
  await probe.evaluate((p) => p.refuse('getAll', 'blocked', 1))
  expect(await probe.evaluate((p) => p.setPassphrase('first'))).toBe('full')
  expect(await probe.evaluate((p) => p.commit({ op: 'message', message: p.received(p.contact(1).id, 201) }))).toBe(
    'done',
  )
  await page.close()
  const next = await tab()
  expect((await next.probe.evaluate((p) => p.form())).twin).toEqual(['owner epoch=tickets'])
  expect((await next.probe.evaluate((p) => p.claim())).contacts.map(({ id }) => id)).toEqual(FILLED.contacts)
  expect((await filled(next.probe)).seqs).toEqual([...FILLED.seqs, 201])
})

test('a device that cannot derive a key from the passphrase has moved nothing', async ({ tab }) => {
  const { probe } = await tab()
  await fill(probe)
  const told = await probe.evaluate(async (p) => {
    const parts: number[] = []
    p.failToDerive()
    const change = { to: 'passphrase', passphrase: 'first' } as const
    const outcome = await p.outcome(() => p.history.changeLock(change, (done) => parts.push(done)))
    return { outcome, parts }
  })
  expect(told).toEqual({ outcome: 'unavailable', parts: [] })
})

test('what is damaged is not dropped: then the passphrase is set, and the rows stay as they are', async ({ tab }) => {
  const { probe } = await tab()
  await fill(probe)
  await probe.evaluate(async (p) => {
    const [first] = await p.entriesOf('pages')
    if (first) await p.overwrite({ ...first, value: p.flipped(first.value, 40) })
  })
  const boxes = await probe.evaluate((p) => p.boxes())
  expect(await probe.evaluate((p) => p.setPassphrase('first'))).toBe('older')
  const after = await probe.evaluate((p) => p.boxes())
  expect(boxes.filter((box) => !after.includes(box))).toEqual([])
  const next = await tab()
  expect(await next.probe.evaluate((p) => p.unlock('first'))).toEqual({ ok: true })
  expect((await next.probe.evaluate((p) => p.claim())).contacts).toHaveLength(2)
})

test('nothing waits for a passkey; without the passphrase again, an end of the profile is one of both databases', async ({
  tab,
}) => {
  const { probe } = await tab()
  await fill(probe)
  expect(await probe.evaluate((p) => p.setPassphrase('first'))).toBe('done')
  const message = await probe.evaluate((p) =>
    p.commitBesidePasskey({ op: 'message', message: p.received(p.contact(1).id, 201) }),
  )
  expect(message).toBe('done')
  expect(await probe.evaluate((p) => p.change({ to: 'none' }))).toBe('done')
  expect(await probe.evaluate((p) => p.eraseBesideOpenTwin())).toEqual([])
})
