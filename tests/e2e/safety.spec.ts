/** The safety number compared by eye, and by a picture of the other screen. */
import { mkdtempSync, openSync, closeSync, ftruncateSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { safetyNumber } from '../../src/protocol/safety.ts'
import { pixels, read } from './camera.ts'
import { chatLink, connected, expect, ready, reload, say, sees, test } from './fixtures.ts'
import { choosePicture, expectVerified, openSafety, photograph, seal, verification } from './safety-dialog.ts'

test.beforeEach(({ people, browserName }) => {
  // In Firefox a screenshot puts a style into the page, and the page's policy refuses it.
  if (browserName === 'firefox') people.expectError(/style-src-elem/)
})

type Keys = Parameters<typeof safetyNumber>

test('both screens show the same sixty digits, and codes that mirror each other', async ({ people }) => {
  const pair = await people.pair('Mira', 'Kenji')
  const [mira, kenji] = await Promise.all(
    pair.map(async (page) => {
      const dialog = await openSafety(page)
      const digits = await dialog.getByRole('group', { name: 'Safety number digits', exact: true }).innerText()
      const code = read(await pixels(page, await photograph(page)))
      expect(digits.trim()).toMatch(/^(\d{5}\s+){11}\d{5}$/)
      expect(code.subarray(0, 7)).toEqual(Buffer.from('SOTTO1\x01'))
      expect(code).toHaveLength(7 + 32 + 32)
      return { digits: digits.replace(/\s/g, ''), own: code.subarray(7, 39), their: code.subarray(39) }
    }),
  )
  expect(mira?.digits).toBe(kenji?.digits)
  expect(mira?.own).toEqual(kenji?.their)
  expect(mira?.their).toEqual(kenji?.own)
  expect(mira?.own).not.toEqual(mira?.their)
  expect(mira?.digits).toBe(
    safetyNumber(...([mira?.own, mira?.their].map((key) => Uint8Array.from(key ?? [])) as Keys)),
  )
})

test('verified by eye: on one device, kept, and taken back', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await expectVerified(mira, false)
  await expect(chatLink(mira, 'Kenji')).not.toHaveAccessibleDescription(/verified/)

  const dialog = await openSafety(mira)
  await dialog.getByRole('button', { name: 'Mark as verified', exact: true }).click()
  await expect(dialog.getByRole('button', { name: 'Clear verification', exact: true })).toBeVisible()
  await mira.keyboard.press('Escape')
  await expect(seal(mira)).toBeFocused()
  for (const again of [false, true]) {
    if (again) await reload(mira)
    await expectVerified(mira, true)
    await expect(chatLink(mira, 'Kenji')).toHaveAccessibleDescription(/verified/)
  }
  await connected(kenji)
  await expectVerified(kenji, false)

  await (await openSafety(mira)).getByRole('button', { name: 'Clear verification', exact: true }).click()
  await expect(dialog.getByRole('button', { name: 'Mark as verified', exact: true })).toBeVisible()
  await reload(mira)
  await expectVerified(mira, false)
  await expect(chatLink(mira, 'Kenji')).not.toHaveAccessibleDescription(/verified/)
})

test('who this is, is asked once and calmly', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  const question = (name: string) => ({ name: `Is this really ${name}?` })
  await expect(mira.getByRole('heading', question('Kenji'))).toHaveCount(1)
  await expect(mira.getByRole('alert')).toHaveCount(0)

  await mira.getByRole('button', { name: 'Later', exact: true }).click()
  await expect(mira.getByRole('heading', question('Kenji'))).toHaveCount(0)
  await say(mira, 'no more questions')
  await reload(mira)
  await sees(mira, 'no more questions')
  await expect(mira.getByRole('heading', question('Kenji'))).toHaveCount(0)

  await sees(kenji, 'no more questions')
  await kenji.getByRole('button', { name: 'Compare now', exact: true }).click()
  const dialog = kenji.getByRole('dialog', { name: 'Safety number', exact: true })
  await dialog.getByRole('button', { name: 'Mark as verified', exact: true }).click()
  await dialog.getByRole('button', { name: 'Clear verification', exact: true }).click()
  await expectVerified(kenji, false)
  await reload(kenji)
  await sees(kenji, 'no more questions')
  await expect(kenji.getByRole('heading', question('Mira'))).toHaveCount(0)
})

test('a picture of the other screen verifies @firefox', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await Promise.all([openSafety(mira), openSafety(kenji)])
  await choosePicture(mira, { name: 'screen.png', buffer: await photograph(kenji) })
  await expect(mira.getByRole('heading', { name: 'It is Kenji.' })).toBeVisible()
  await expect(verification(mira)).toHaveAttribute('data-result', 'match')
  await mira.getByRole('button', { name: 'Back to the chat', exact: true }).click()
  await expectVerified(mira, true)
  await reload(mira)
  await expectVerified(mira, true)
})

test('whatever else is in a picture, one sentence says so', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await Promise.all([openSafety(mira), openSafety(kenji)])
  const code = await photograph(kenji)
  const nothing = 'No code can be seen in this picture'
  const folder = mkdtempSync(join(tmpdir(), 'sotto-pictures-'))
  const large = join(folder, 'large.png')
  const file = openSync(large, 'w')
  ftruncateSync(file, 65 * 1024 * 1024)
  closeSync(file)
  const pictures: readonly [
    what: string,
    picture: Parameters<typeof choosePicture>[1],
    result: string,
    said: string,
  ][] = [
    ['the own code', { name: 'own.png', buffer: await photograph(mira) }, 'own-code', 'That is your own code'],
    ['a screen without a code', { name: 'a.png', buffer: await seal(kenji).screenshot() }, 'unreadable', nothing],
    ['half a file', { name: 'half.png', buffer: code.subarray(0, code.length >> 1) }, 'unreadable', nothing],
    ['no picture', { name: 'text.png', buffer: Buffer.from('not a picture') }, 'unreadable', nothing],
    ['an empty file', { name: 'empty.png', buffer: Buffer.alloc(0) }, 'unreadable', nothing],
    ['65 MiB', large, 'unreadable', nothing],
  ]
  for (const [what, picture, result, said] of pictures) {
    await choosePicture(mira, picture)
    await expect(verification(mira), what).toHaveAttribute('data-result', result)
    await expect(verification(mira), what).toContainText(said)
    // What is said next is not what was said before.
    await choosePicture(mira, { name: 'own.png', buffer: await photograph(mira) })
    await expect(verification(mira)).toHaveAttribute('data-result', 'own-code')
  }
  rmSync(folder, { recursive: true })
  await expectVerified(mira, false)
  await choosePicture(mira, { name: 'screen.png', buffer: code })
  await expect(mira.getByRole('heading', { name: 'It is Kenji.' })).toBeVisible()
  await ready(mira)
})
