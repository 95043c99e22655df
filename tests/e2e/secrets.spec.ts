/**
 * No secret leaves its place. Two people meet, talk, come and go; then all that was written down meanwhile is searched for
 * everything that was secret: the files of both browsers, what the pages logged and showed, and what was sent.
 */
import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright/test'
import { fromHex, toHex, utf8 } from '../../src/protocol/bytes.ts'
import { inviteKeys } from '../../src/protocol/invite.ts'
import { Needles } from '../needles.ts'
import type { Known } from '../needles.ts'
import { composer, connected, expect, hasState, pressJoin, reads, reload, say, startChat, visit } from './fixtures.ts'
import { expectVerified, openSafety } from './safety-dialog.ts'
import { drawnSecrets, inviteIn, linkSecrets, pastOf, signingKeys, vaultSecrets } from './secrets-known.ts'
import { test, vaultOf } from './secrets-people.ts'
import type { People, Person } from './secrets-people.ts'
import { heardOut } from './secrets-record.ts'
import type { Record } from './secrets-record.ts'

const NAMES = { inviter: 'Anatolia Kestrelwood', joiner: 'Benedikt Quillfeather', petname: 'Kingfisher Penhaligon' }
const TEXTS = {
  first: 'Zebrafinches over the quicksilver harbour',
  second: 'Marzipan lanterns behind Wolverhampton',
  third: 'Tamarind, vermouth and a borrowed xylophone',
  draft: 'Unsent: cormorants have no opinion on chess',
}
const spoken = [TEXTS.first, TEXTS.second, TEXTS.third]
const words = Object.entries({ ...NAMES, ...TEXTS }).map(([name, text]) => ({ name, bytes: utf8(text) }))
const NOTHING: readonly string[] = []

test('no secret is in a file, a log or a message where it has no business', async ({ people }) => {
  test.setTimeout(180_000)
  const { inviter, joiner, record, server } = people
  const { withdrawn, link } = await meetAndTalk(people)
  const marks = await Promise.all([plant(inviter), plant(joiner)])
  const vaults = await Promise.all([vaultOf(inviter.page), vaultOf(joiner.page)])
  await Promise.all([heardOut(inviter.page), heardOut(joiner.page)])
  await people.leave()

  for (const { master } of vaults) expect(record.draws.map(({ bytes }) => toHex(bytes))).toContain(master)
  const links = [withdrawn, link]
  const secrets = [...keysOf(record, link), ...links.flatMap(linkSecrets), ...vaults.flatMap(vaultSecrets)]
  const keys = new Needles(onceEach([...secrets, ...drawnSecrets(record)]))
  const texts = new Needles(words)
  const control = new Needles(marks)

  await test.step('files', () => {
    for (const person of [inviter, joiner]) {
      const opened = person === joiner ? links : []
      const marked = person.files(control, []).filter((found) => found.includes('/IndexedDB/'))
      expect(marked, `the mark in the files of the ${person.name}`).not.toEqual(NOTHING)
      expect.soft(person.files(keys, opened), `keys in the files of the ${person.name}`).toEqual(NOTHING)
      expect.soft(person.files(texts, opened), `words in the files of the ${person.name}`).toEqual(NOTHING)
    }
  })
  await test.step('logs', () => {
    expect(server.output.out).toMatch(/^Sotto is at \S+\n$/)
    expect(server.output.err).toBe('')
    const said = record.said.join('\n')
    expect(control.in(said), 'the marks in what was said').toHaveLength(2)
    expect.soft([...keys.in(said), ...texts.in(said)], 'what was said').toEqual(NOTHING)
    const shown = record.shown.join('\n')
    for (const { name } of words.filter(({ name }) => name !== 'draft'))
      expect(texts.in(shown), 'the words in what was shown').toContain(`${name} (bytes)`)
    expect.soft(keys.in(shown), 'what was shown').toEqual(NOTHING)
  })
  await test.step('messages', () => {
    const topic = new Needles([{ name: 'topic', bytes: inviteKeys(inviteIn(link).secret).topic }])
    const frames = record.frames.map(({ text }) => text).join('\n')
    expect(topic.in(frames), 'the topic in what the relay got').toEqual(['topic (hex)'])
    const passed = Buffer.concat(server.passed.flat())
    for (const [what, bytes] of Object.entries({ requests: record.requests.join('\n'), passed }))
      expect(control.in(bytes), `the marks in ${what}`).not.toEqual(NOTHING)
    const lines = Buffer.concat([...record.lines.values()].flat())
    for (const [what, bytes] of Object.entries({ frames, passed, requests: record.requests.join('\n'), lines }))
      expect.soft([...keys.in(bytes), ...texts.in(bytes)], what).toEqual(NOTHING)
  })
})

/** A link that is withdrawn and opened all the same, one that is used; words, names, a check; both leave and come back. */
async function meetAndTalk({ inviter: { page: ana }, joiner: { page: ben } }: People) {
  const withdrawn = await startChat(ana)
  await ana.getByRole('textbox', { name: 'Your name', exact: true }).fill(NAMES.inviter)
  await ana.getByRole('button', { name: 'Withdraw link', exact: true }).click()
  await pressJoin(ben, withdrawn)
  await expect(ben.getByRole('heading', { name: 'This link was withdrawn.', exact: true })).toBeVisible()

  const link = await startChat(ana)
  await visit(ben, link)
  await ben.getByRole('textbox', { name: 'Your name', exact: true }).fill(NAMES.joiner)
  await ben.getByRole('button', { name: 'Join chat', exact: true }).click()
  await Promise.all([connected(ana), connected(ben)])
  await tell(ana, ben, TEXTS.first)
  // Long enough before anything else happens to this page that a browser notes it down.
  await composer(ben).fill(TEXTS.draft)
  await verify(ana)
  await visit(ana, ana.url())
  await Promise.all([connected(ana), connected(ben)])
  await tell(ana, ben, TEXTS.second)
  await rename(ben, NAMES.petname)

  await reload(ben)
  await Promise.all([connected(ana), connected(ben)])
  await tell(ben, ana, TEXTS.third)
  await Promise.all([reads(ana, spoken), reads(ben, spoken)])
  return { withdrawn, link }
}

async function tell(from: Page, to: Page, text: string): Promise<void> {
  await say(from, text)
  await hasState(from, text, 'delivered')
  await expect(to.getByText(text, { exact: true }).first()).toBeVisible()
}

async function rename(page: Page, petname: string): Promise<void> {
  await page.getByRole('button', { name: 'Chat menu', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Rename', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Rename', exact: true })
  await dialog.getByRole('textbox').fill(petname)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('heading', { name: petname, exact: true })).toBeVisible()
}

async function verify(page: Page): Promise<void> {
  const dialog = await openSafety(page)
  await dialog.getByRole('button', { name: 'Mark as verified', exact: true }).click()
  await page.keyboard.press('Escape')
  await expectVerified(page, true)
}

/** A value that the page puts everywhere where nothing secret may be: what the searches have to find. */
async function plant({ name, page }: Person): Promise<Known> {
  const mark = randomBytes(32).toString('hex')
  await page.evaluate(async (mark) => {
    const request = indexedDB.open('control', 1)
    request.onupgradeneeded = () => request.result.createObjectStore('rows').put(mark, 1)
    await new Promise((resolve) => (request.onsuccess = resolve))
    request.result.close()
    console.log(mark)
    await fetch(`./?${mark}`)
  }, mark)
  return { name: `mark of the ${name}`, bytes: fromHex(mark) }
}

/** Proves on the way that these are the keys: they open every frame that went over a line. */
function keysOf(record: Record, link: string): readonly Known[] {
  const past = pastOf(record, link, { inviter: 'inviter', joiner: 'joiner' })
  const said = past.contents.map((content) => Buffer.from(content).toString('latin1')).join()
  expect(past.contents).toHaveLength([...record.lines.values()].flat().length)
  expect(past.sessions.length).toBeGreaterThanOrEqual(3)
  for (const text of spoken) expect(said).toContain(text)
  return [...past.known, ...signingKeys(record)]
}

/** The first name of each is kept. */
function onceEach(known: readonly Known[]): Known[] {
  const byBytes = new Map<string, Known>()
  for (const one of known) if (!byBytes.has(toHex(one.bytes))) byBytes.set(toHex(one.bytes), one)
  return [...byBytes.values()]
}
