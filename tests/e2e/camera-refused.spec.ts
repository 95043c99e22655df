/** A camera that is there, in a browser that does not let the page use it. */
import { draw, pixels, read, withCamera } from './camera.ts'
import { expect, reload } from './fixtures.ts'
import { choosePicture, expectVerified, openSafety, photograph, scan, verification } from './safety-dialog.ts'

const test = withCamera(false)

test('a camera that is refused is told in one sentence, and a picture does as well', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await scan(mira)
  const told = mira.getByRole('dialog').getByRole('alert')
  await expect(told).toContainText('This browser may not use the camera')
  await expect(told).toContainText('Allow it for this page in the address bar, then try again.')
  await mira.getByRole('button', { name: 'Try again', exact: true }).click()
  await expect(told).toContainText('This browser may not use the camera')

  await choosePicture(mira, { name: 'nothing.png', buffer: Buffer.from('nothing') })
  await expect(verification(mira)).toHaveAttribute('data-result', 'unreadable')
  await openSafety(kenji)
  await choosePicture(mira, { name: 'screen.png', buffer: await photograph(kenji) })
  await expect(mira.getByRole('heading', { name: 'It is Kenji.', exact: true })).toBeVisible()
  await expectVerified(mira, true)
  await reload(mira)
  await expectVerified(mira, true)
})

test('once it is allowed, trying again is enough', async ({ people, camera }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await scan(mira)
  await expect(mira.getByText('This browser may not use the camera')).toBeVisible()
  await mira.context().grantPermissions(['camera'])
  await mira.getByRole('button', { name: 'Try again', exact: true }).click()
  await expect(verification(mira)).toContainText('Looking for the code')
  await expect(mira.getByText('This browser may not use the camera')).toHaveCount(0)

  await openSafety(kenji)
  camera.show(draw(read(await pixels(kenji, await photograph(kenji)))))
  await expect(mira.getByRole('heading', { name: 'It is Kenji.', exact: true })).toBeVisible()
})
