/** A second passphrase that opens a decoy: what lies on the disk, and what each of the two profiles can do to the other. */
import type { JSHandle } from 'playwright/test'
import { expect, test as base, type Probe, type Tab } from './passphrase-tab.ts'

const test = base.extend<{ sealed: Tab }>({
  /** A profile with a contact under “the real one”, open in this tab. */
  sealed: async ({ tab }, use) => {
    const made = await tab()
    await made.probe.evaluate(async (p) => {
      await p.claim()
      await p.commit({ op: 'profile', profile: p.blankProfile })
      await p.commit({ op: 'contact', contact: p.contact(1) })
      p.history.lock()
      await p.sealCheaply('the real one')
      await p.unlock('the real one')
      await p.claim()
    })
    await use(made)
  },
})

const setDuress = (probe: JSHandle<Probe>, passphrase: string, erases = false) =>
  probe.evaluate((p, change) => p.change({ to: 'duress', ...change }), { passphrase, erases })

/** The contacts of the profile that a passphrase opens, or why it opens none. */
async function opens(probe: JSHandle<Probe>, passphrase: string): Promise<readonly string[] | string> {
  return await probe.evaluate(async (p, text) => {
    p.history.lock()
    await p.forgive()
    const outcome = await p.unlock(text)
    if (!outcome.ok) return outcome.why
    const { contacts, damaged } = await p.claim()
    return damaged > 0 ? 'damaged' : contacts.map(({ id }) => id)
  }, passphrase)
}

/** Rows that a decoy has once it was used, as the program would write them. */
const use = (probe: JSHandle<Probe>, contact: number) =>
  probe.evaluate(async (p, n) => {
    await p.commit({ op: 'profile', profile: p.blankProfile }, { op: 'contact', contact: p.contact(n) })
  }, contact)

const form = (probe: JSHandle<Probe>) => probe.evaluate((p) => p.form())

test('with every passphrase there are two databases, and nothing in them says whether there is a decoy', async ({
  sealed: { probe },
}) => {
  const before = await form(probe)
  const rows = ['manifest 16 287', 'owner epoch=tickets', 'profile 16 287']
  expect(before.twin).toEqual(rows)
  expect(before.main).toEqual([
    'contacts 16 543',
    ...rows,
    ...Array.from({ length: 3 }, () => 'slots 16 23 92 29'),
    'slots tries',
    'slots 16 23 92 29',
  ])
  expect(before.owners[0]).toEqual(before.owners[1])
  expect(await setDuress(probe, 'the decoy')).toBe('done')
  expect(await form(probe)).toEqual(before)
  expect(await probe.evaluate(async (p) => (await p.history.lockFacts()).duress)).toBe(true)

  // Used or not, the tickets of both go on together.
  for (const passphrase of ['the real one', 'the decoy', 'the real one']) {
    await opens(probe, passphrase)
    const { owners, main } = await form(probe)
    expect(owners[0]).toEqual(owners[1])
    expect(main).toEqual(before.main)
  }
})

test('the decoy opens empty, and neither profile sees or touches the other', async ({ sealed: { probe }, tab }) => {
  // What it says of a passphrase, a guess on the lock screen would say too, and it costs the same.
  expect(await setDuress(probe, 'the real one')).toBe('known')
  expect(await probe.evaluate(async (p) => (await p.tries()).count)).toBe(1)
  await probe.evaluate((p) => p.setTries(6, Date.now()))
  expect(await setDuress(probe, 'the decoy')).toEqual({ wait: expect.any(Number) as unknown })
  expect(await opens(probe, 'the decoy')).toBe('wrong')
  expect(await opens(probe, 'the real one')).toEqual(['needle-contact-1'])
  expect(await setDuress(probe, 'the decoy')).toBe('done')
  expect(await probe.evaluate(async (p) => (await p.tries()).count)).toBe(1)
  expect(await opens(probe, 'the decoy')).toEqual([])
  expect(await probe.evaluate(async (p) => (await p.history.lockFacts()).duress)).toBe(false)
  expect(await probe.evaluate((p) => p.history.sealed)).toBe(true)
  await use(probe, 2)
  expect(await opens(probe, 'the real one')).toEqual(['needle-contact-1'])
  expect(await opens(probe, 'the decoy')).toEqual(['needle-contact-2'])
  // Another passphrase is for the one that is open.
  // It says what a guess on the lock screen would, and costs the same.
  const guess = (text: string) => probe.evaluate((p, to) => p.setPassphrase(to), text)
  expect(await guess('the real one')).toBe('known')
  expect(await probe.evaluate(async (p) => (await p.tries()).count)).toBe(1)
  await probe.evaluate((p) => p.setTries(6, Date.now()))
  expect(await guess('the real one')).toEqual({ wait: expect.any(Number) as unknown })
  await probe.evaluate((p) => p.setTries(2, 0))
  expect(await guess('a guess')).toBe('done')
  expect(await guess('the decoy')).toEqual({ wait: expect.any(Number) as unknown })
  expect(await probe.evaluate(async (p) => (await p.tries()).count)).toBe(3)
  await probe.evaluate((p) => p.forgive())
  expect(await guess('the decoy')).toBe('done')
  await probe.evaluate((p) => p.forgive())
  expect(await probe.evaluate((p) => p.setPassphrase('another decoy'))).toBe('done')
  expect(await opens(probe, 'the decoy')).toBe('wrong')
  expect(await opens(probe, 'the real one')).toEqual(['needle-contact-1'])
  expect(await probe.evaluate((p) => p.setPassphrase('another decoy'))).toBe('known')
  await probe.evaluate((p) => p.forgive())
  expect(await probe.evaluate((p) => p.setPassphrase('another real one'))).toBe('done')
  expect(await opens(probe, 'another decoy')).toEqual(['needle-contact-2'])

  // Only one of the two is open, whichever tab it is in.
  const next = await tab()
  expect(await opens(next.probe, 'another real one')).toEqual(['needle-contact-1'])
  await expect.poll(() => probe.evaluate((p) => p.lost())).toBe(1)
  expect(await probe.evaluate((p) => p.commit({ op: 'contact', contact: p.contact(3) }))).toBe('fenced')
  expect(await opens(probe, 'another decoy')).toEqual(['needle-contact-2'])
  await expect.poll(() => next.probe.evaluate((p) => p.lost())).toBe(1)
  expect(await next.probe.evaluate((p) => p.commit({ op: 'contact', contact: p.contact(3) }))).toBe('fenced')

  expect(await opens(probe, 'another real one')).toEqual(['needle-contact-1'])
  expect(await probe.evaluate((p) => p.change({ to: 'no-duress' }))).toBe('done')
  expect(await probe.evaluate(async (p) => (await p.history.lockFacts()).duress)).toBe(false)
  expect(await opens(probe, 'another decoy')).toBe('wrong')
  expect(await form(probe).then(({ twin }) => twin)).toEqual([
    'manifest 16 287',
    'owner epoch=tickets',
    'profile 16 287',
  ])
})

test('a decoy that erases leaves nothing that the real passphrase opens, in a table that looks as before', async ({
  sealed: { probe },
  tab,
}) => {
  expect(await setDuress(probe, 'the decoy', true)).toBe('done')
  expect(await opens(probe, 'the real one')).toEqual(['needle-contact-1'])
  const [before, texts] = [await form(probe), await probe.evaluate((p) => p.slotTexts())]
  const next = await tab()
  expect(await next.probe.evaluate((p) => p.unlock('the decoy'))).toEqual({ ok: true })
  // Before anything of it is shown, and each slot is another.
  const after = await next.probe.evaluate((p) => p.slotTexts())
  expect(after.filter((text) => texts.includes(text))).toEqual([])
  expect(await next.probe.evaluate(async (p) => (await p.claim()).contacts)).toEqual([])
  await expect
    .poll(async () => (await form(next.probe)).main)
    .toEqual(before.main.filter((row) => !row.startsWith('contacts')))
  await use(next.probe, 2)
  expect(await opens(next.probe, 'the real one')).toBe('wrong')
  // It happens once: what is set in there later stays.
  expect(await opens(next.probe, 'the decoy')).toEqual(['needle-contact-2'])
  expect(await setDuress(next.probe, 'a decoy of the decoy')).toBe('done')
  expect(await opens(next.probe, 'the decoy')).toEqual(['needle-contact-2'])
  expect(await opens(next.probe, 'a decoy of the decoy')).toEqual([])
})

test('without a passphrase again there is one database, and one profile: the one that was open', async ({
  sealed: { probe },
  tab,
}) => {
  const names = () => probe.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort())
  expect(await names()).toEqual(['sotto-test', 'sotto-test-2'])
  expect(await setDuress(probe, 'the decoy')).toBe('done')
  expect(await opens(probe, 'the decoy')).toEqual([])
  await use(probe, 2)
  expect(await probe.evaluate((p) => p.change({ to: 'none' }))).toBe('done')
  const next = await tab()
  expect(await next.probe.evaluate(async (p) => (await p.claim()).contacts.map(({ id }) => id))).toEqual([
    'needle-contact-2',
  ])
  expect((await form(next.probe)).main).not.toContainEqual(expect.stringMatching(/^contacts/))
  // And from there on as from any other: what is not in use is blank.
  expect(await next.probe.evaluate((p) => p.setPassphrase('once more'))).toBe('done')
  expect((await form(next.probe)).twin).toEqual(['manifest 16 287', 'owner epoch=tickets', 'profile 16 287'])
  expect(await setDuress(next.probe, 'the decoy')).toBe('done')
  expect(await opens(next.probe, 'the decoy')).toEqual([])
  expect(await opens(next.probe, 'once more')).toEqual(['needle-contact-2'])
  expect(await next.probe.evaluate((p) => p.change({ to: 'none' }))).toBe('done')
  await expect.poll(names).toEqual(['sotto-test'])
})

test('what lies in the twin stays, also where the row of its tickets is gone: it may be the real profile', async ({
  tab,
}) => {
  const { probe } = await tab()
  await probe.evaluate(async (p) => {
    await p.claim()
    await p.commit({ op: 'contact', contact: p.contact(1) })
  })
  // It lies in the twin from then on, and the decoy where it was before.
  expect(await probe.evaluate((p) => p.setPassphrase('the real one'))).toBe('done')
  expect(await setDuress(probe, 'the decoy')).toBe('done')
  await probe.evaluate((p) => p.removeTwinOwner())
  expect(await opens(probe, 'the decoy')).toEqual([])
  expect(await opens(probe, 'the real one')).toEqual(['needle-contact-1'])
})

test('a twin that somebody took away is there again after the next time', async ({ sealed: { probe } }) => {
  const before = await form(probe)
  await probe.evaluate((p) => p.deleteTwin())
  expect(await opens(probe, 'the real one')).toEqual(['needle-contact-1'])
  expect((await form(probe)).twin).toEqual(before.twin)
})

test('a slot that a table of before lacks is there after the next opening: that it is missing would tell something', async ({
  sealed: { probe },
}) => {
  const slots = () => probe.evaluate(async (p) => (await p.form()).main.filter((row) => row.startsWith('slots')).sort())
  const before = await slots()
  let outcome: readonly string[] | string = 'wrong'
  for (const number of [5, 3]) {
    const kept = await probe.evaluateHandle(async (p, n) => {
      p.history.lock()
      const slot = (await p.entriesOf('slots')).find(({ key }) => key === n)
      await p.removeSlot(n)
      return slot
    }, number)
    expect(await slots()).toHaveLength(before.length - 1)
    outcome = await opens(probe, 'the real one')
    if (outcome !== 'wrong') break
    // This passphrase’s own, which is drawn like the others.
    await probe.evaluate((p, slot) => p.overwrite(slot!), kept)
  }
  expect(outcome).toEqual(['needle-contact-1'])
  expect(await slots()).toEqual(before)
})
