/** The safety number compared by camera: whatever it is shown has its outcome, and a wrong key stops everything. */
import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright/test'
import { draw, pixels, read, withCamera } from './camera.ts'
import {
  chatLink,
  composer,
  connected,
  connection,
  expect,
  hasState,
  meet,
  ready,
  reload,
  say,
  sees,
} from './fixtures.ts'
import { expectVerified, openSafety, photograph, scan, verification } from './safety-dialog.ts'

const test = withCamera(true)

test.beforeEach(({ camera }) => camera.cover())

/** What the screen of the open conversation shows others to scan. */
async function codeOf(page: Page): Promise<Buffer> {
  await openSafety(page)
  const code = read(await pixels(page, await photograph(page)))
  await page.keyboard.press('Escape')
  return code
}

/** The code of somebody who holds another key than the one that this code shows. */
function forged(code: Buffer): Buffer {
  return Buffer.concat([code.subarray(0, 7), randomBytes(32), code.subarray(39)])
}

/** How many tracks of the camera this page has been given, and how many of them are still running. */
async function tracks(page: Page): Promise<{ given: number; running: number }> {
  return page.evaluate(() => {
    const all = (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks
    return { given: all.length, running: all.filter((track) => track.readyState === 'live').length }
  })
}

async function rememberTracks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const all: MediaStreamTrack[] = []
    Object.assign(globalThis, { tracks: all })
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await ask(constraints)
      all.push(...stream.getTracks())
      return stream
    }
  })
}

test('the code on the other screen matches, and that is kept', async ({ people, camera }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await openSafety(kenji)
  camera.show(await pixels(kenji, await photograph(kenji)))
  await scan(mira)
  await expect(mira.getByRole('heading', { name: 'It is Kenji.', exact: true })).toBeFocused()
  await expect(verification(mira)).toHaveAttribute('data-result', 'match')
  await expect(verification(mira)).toContainText('nobody is between you')
  await expectVerified(mira, true)
  await mira.getByRole('button', { name: 'Back to the chat', exact: true }).click()
  await say(mira, 'It is you.')
  await sees(kenji, 'It is you.')

  await reload(mira)
  await expectVerified(mira, true)
  await expect(chatLink(mira, 'Kenji')).toHaveAccessibleDescription(/verified/)
  await expectVerified(kenji, false)
})

test('it goes on looking until the right code comes', async ({ people, camera }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  const [own, theirs] = await Promise.all([codeOf(mira), codeOf(kenji)])
  const newer = Buffer.from(theirs)
  newer[6] = 2
  await scan(mira)
  await expect(verification(mira)).toContainText('Looking for the code on Kenji’s screen')
  await expect(verification(mira)).not.toHaveAttribute('data-result')

  const shown: readonly [code: Uint8Array | string, result: string, said: string][] = [
    [own, 'own-code', 'That is your own code. Scan the one on Kenji’s screen.'],
    [newer, 'other-version', 'Kenji’s code is from another version of Sotto. Update both, then scan again.'],
    ['https://elsewhere.example/', 'unreadable', 'That is not a Sotto code.'],
    [own, 'own-code', 'That is your own code.'],
    [Buffer.concat([newer, randomBytes(200)]), 'other-version', 'another version'],
    [theirs.subarray(0, 70), 'unreadable', 'That is not a Sotto code.'],
    [own, 'own-code', 'That is your own code.'],
    ['SOTTO1', 'unreadable', 'That is not a Sotto code.'],
  ]
  for (const [code, result, said] of shown) {
    camera.show(draw(code))
    await expect(verification(mira)).toHaveAttribute('data-result', result)
    await expect(verification(mira)).toContainText(said)
    camera.cover()
  }
  await expectVerified(mira, false)
  camera.show(draw(theirs))
  await expect(mira.getByRole('heading', { name: 'It is Kenji.', exact: true })).toBeVisible()
  await expectVerified(mira, true)
})

test('the camera is on only while one looks through it', async ({ people, camera }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  const theirs = await codeOf(kenji)
  await rememberTracks(mira)
  const dialog = await openSafety(mira)
  expect(await tracks(mira)).toEqual({ given: 0, running: 0 })
  const ways: readonly [name: string, leave: () => Promise<unknown>][] = [
    ['Cancel', () => dialog.getByRole('button', { name: 'Cancel', exact: true }).click()],
    ['Close', () => dialog.getByRole('button', { name: 'Close', exact: true }).click()],
    ['Escape', () => mira.keyboard.press('Escape')],
    ['a match', () => Promise.resolve(camera.show(draw(theirs)))],
  ]
  for (const [index, [name, leave]] of ways.entries()) {
    if (!(await dialog.isVisible())) await openSafety(mira)
    await dialog.getByRole('button', { name: 'Scan their code', exact: true }).click()
    await expect.poll(() => tracks(mira), name).toEqual({ given: index + 1, running: 1 })
    await leave()
    await expect.poll(() => tracks(mira), name).toEqual({ given: index + 1, running: 0 })
    if (name !== 'Cancel') await expect(dialog.getByRole('button', { name: 'Cancel' })).toHaveCount(0)
  }
})

test('a wrong code stops everything, until the right one comes', async ({ people, camera }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  const theirs = await codeOf(kenji)
  await say(mira, 'before')
  await hasState(mira, 'before', 'delivered')

  // Written while Kenji is away: it waits here.
  await kenji.goto('about:blank')
  await expect(connection(mira)).toHaveAttribute('data-state', /^(connecting|waiting)$/)
  await say(mira, 'waits')
  await hasState(mira, 'waits', 'queued')
  await composer(mira).fill('half a thou')

  camera.show(draw(forged(theirs)))
  await scan(mira)
  const stop = mira.getByRole('alertdialog', { name: 'Stop. The numbers differ.', exact: true })
  await expect(stop.getByRole('heading')).toBeFocused()
  await expect(verification(mira)).toHaveAttribute('data-result', 'mismatch')
  await expect(stop).toContainText('Someone may be between you and Kenji')

  // Neither a key nor a press beside it takes it away.
  for (let i = 0; i < 3; i++) await mira.keyboard.press('Escape')
  await mira.mouse.click(5, 5)
  await expect(stop).toBeVisible()
  await expect(stop.getByRole('button')).toHaveText(['Leave this chat', 'Scan again'])
  await expect(composer(mira)).toHaveCount(0)

  await reload(mira)
  await expectStopped(mira)

  // Kenji comes back and finds nobody; that Mira's line works she shows by meeting Sol.
  await kenji.goBack()
  await ready(kenji)
  const sol = await people.newPerson('Sol')
  await meet(mira, sol)
  await expect(connection(kenji)).toHaveAttribute('data-state', 'waiting')
  await chatLink(mira, 'Kenji').click()
  await expectStopped(mira)
  await hasState(mira, 'waits', 'queued')
  await expect(kenji.getByText('waits', { exact: true })).toHaveCount(0)

  // Scanning the wrong one again does not help, going away from it neither.
  await mira.getByRole('button', { name: 'Compare safety numbers', exact: true }).click()
  await mira.getByRole('button', { name: 'Scan their code', exact: true }).click()
  await expect(stop).toBeVisible()
  camera.cover()
  await stop.getByRole('button', { name: 'Scan again', exact: true }).click()
  await expect(verification(mira)).toContainText('Looking for the code')
  await mira.keyboard.press('Escape')
  await expectStopped(mira)

  camera.show(draw(theirs))
  await scan(mira)
  await expect(mira.getByRole('heading', { name: 'It is Kenji.', exact: true })).toBeVisible()
  await mira.getByRole('button', { name: 'Back to the chat', exact: true }).click()
  await expect(composer(mira)).toHaveValue('half a thou')
  await connected(kenji)
  await sees(kenji, 'waits')
  await hasState(mira, 'waits', 'delivered')
  await expectVerified(mira, true)
})

/** The conversation holds, and says why. */
async function expectStopped(page: Page): Promise<void> {
  await expect(page.getByRole('alert')).toContainText('Nothing is sent in this chat')
  await expect(connection(page)).toHaveAttribute('data-state', 'failed')
  await expect(connection(page)).toContainText('Sotto has stopped sending')
  await expect(composer(page)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toHaveCount(0)
  await expectVerified(page, false)
}

test('a wrong code ends a running line at once, also one that was verified', async ({ people, camera }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  const theirs = await codeOf(kenji)
  camera.show(draw(theirs))
  await scan(mira)
  await mira.getByRole('button', { name: 'Back to the chat', exact: true }).click()
  await expectVerified(mira, true)

  // Their own key, but for somebody else: the one in between.
  camera.show(draw(Buffer.concat([theirs.subarray(0, 39), randomBytes(32)])))
  await scan(mira)
  await expect(verification(mira)).toHaveAttribute('data-result', 'mismatch')
  await expect(connection(kenji)).toHaveAttribute('data-state', /^(connecting|waiting)$/)
  await say(kenji, 'are you there?')

  const stop = mira.getByRole('alertdialog')
  await stop.getByRole('button', { name: 'Leave this chat', exact: true }).click()
  const leave = mira.getByRole('dialog', { name: 'Remove Kenji?', exact: true })
  await leave.getByRole('button', { name: 'Keep', exact: true }).click()
  await expect(stop).toBeVisible()
  await stop.getByRole('button', { name: 'Leave this chat', exact: true }).click()
  await leave.getByRole('button', { name: 'Remove contact', exact: true }).click()
  await expect(mira.getByRole('dialog')).toHaveCount(0)
  await expect(stop).toHaveCount(0)
  await expect(mira.getByRole('button', { name: 'Start a chat', exact: true })).toBeVisible()
  await hasState(kenji, 'are you there?', 'queued')
})
