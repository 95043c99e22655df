/** Where no camera is, or one that does not answer. */
import type { LaunchOptions } from 'playwright/test'
import { expect, test as base } from './fixtures.ts'
import { choosePicture, expectVerified, openSafety, photograph, scan, verification } from './safety-dialog.ts'

const test = base.extend<object, object>({
  launchOptions: [({ launchOptions }, use) => use(withoutCamera(launchOptions)), { scope: 'worker' }],
})

function withoutCamera(options: LaunchOptions): LaunchOptions {
  const flags = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=0']
  return { ...options, args: [...(options.args ?? []), ...flags] }
}

test('a device without a camera says so, and a picture does as well', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await scan(mira)
  const told = mira.getByRole('dialog').getByRole('alert')
  await expect(told).toContainText('This device has no camera')
  await expect(told).toContainText('Reading the number aloud works just as well.')

  await openSafety(kenji)
  await choosePicture(mira, { name: 'screen.png', buffer: await photograph(kenji) })
  await expect(mira.getByRole('heading', { name: 'It is Kenji.', exact: true })).toBeVisible()
  await expectVerified(mira, true)
})

const troubles: readonly [name: string, said: string][] = [
  ['NotReadableError', 'The camera does not answer'],
  ['AbortError', 'The camera does not answer'],
  ['SecurityError', 'This browser may not use the camera'],
  ['OverconstrainedError', 'This device has no camera'],
]

test('whatever keeps the camera away has its sentence', async ({ people }) => {
  const [mira] = await people.pair('Mira', 'Kenji')
  await mira.evaluate(() => {
    const names: string[] = []
    Object.assign(globalThis, { troubles: names })
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', names.shift()))
  })
  const next = (name: string) =>
    mira.evaluate((name) => (globalThis as unknown as { troubles: string[] }).troubles.push(name), name)
  const [[first, firstSaid] = ['', ''], ...others] = troubles
  await next(first)
  await scan(mira)
  await expect(mira.getByRole('dialog').getByRole('alert')).toContainText(firstSaid)
  for (const [name, said] of others) {
    await next(name)
    await mira.getByRole('button', { name: 'Try again', exact: true }).click()
    await expect(mira.getByRole('dialog').getByRole('alert'), name).toContainText(said)
  }

  await mira.evaluate(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }))
  await mira.getByRole('button', { name: 'Try again', exact: true }).click()
  await expect(mira.getByRole('dialog').getByRole('alert')).toContainText('This device has no camera')
  await expect(verification(mira)).not.toHaveAttribute('data-result')
})
