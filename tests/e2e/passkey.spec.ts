/** A passkey beside the passphrase, by Chromium’s virtual authenticator. It is in whole browsers only. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, CDPSession, Page } from 'playwright/test'
import { wholeChromium } from '../run/engines.ts'
import { test as base, expect, reload, startChat } from './fixtures.ts'
import { field, give, isLocked, lockNow, setPassphrase, unlock } from './lock-screen.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

const test = base.extend<{ whole: BrowserContext }>({
  whole: async ({ playwright, baseURL }, use) => {
    const directory = await mkdtemp(join(tmpdir(), 'sotto-passkey-'))
    const context = await playwright.chromium.launchPersistentContext(directory, {
      ...wholeChromium,
      baseURL: baseURL ?? '',
      serviceWorkers: 'block',
    })
    await use(context)
    await context.close()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  },
})

/** A device with passkeys, whose owner touches it whenever asked. */
async function plugIn(page: Page, hasPrf = true): Promise<{ session: CDPSession; authenticatorId: string }> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    ctap2Version: 'ctap2_1',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    hasPrf,
    automaticPresenceSimulation: true,
    isUserVerified: true,
  } as const
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options })
  return { session, authenticatorId }
}

test('a passkey opens the profile beside the passphrase, through its changes, until it is taken away', async ({
  people,
  whole,
}) => {
  const ana = await people.newPerson('Ana', { context: whole })
  const { session, authenticatorId } = await plugIn(ana)
  await startChat(ana)
  await setPassphrase(ana, 'open sesame')
  await button(ana, 'Add a passkey').click()
  await expect(button(ana, 'Remove passkey')).toBeVisible()
  const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId })
  expect(credentials.map(({ isResidentCredential, rpId }) => [isResidentCredential, rpId])).toEqual([
    [true, 'localhost'],
  ])

  await lockNow(ana)
  await button(ana, 'Unlock with a passkey').click()
  await expect(button(ana, 'Remove passkey')).toBeVisible()
  // Who came in by the one may change the other.
  await setPassphrase(ana, 'open rye', 'Change passphrase')
  await reload(ana)
  await isLocked(ana)
  await button(ana, 'Unlock with a passkey').click()
  await expect(ana.getByRole('list', { name: 'Waiting invites' }).getByRole('link')).toHaveCount(1)
  await lockNow(ana)
  await give(ana, 'open sesame')
  await expect(ana.getByRole('alert')).toContainText('That is not the passphrase.')
  // Nobody guesses a passkey: it need not wait, and what was counted is forgotten.
  await button(ana, 'Unlock with a passkey').click()
  await expect(button(ana, 'Remove passkey')).toBeVisible()

  await button(ana, 'Remove passkey').click()
  await expect(button(ana, 'Add a passkey')).toBeVisible()
  await lockNow(ana)
  await button(ana, 'Unlock with a passkey').click()
  await expect(ana.getByRole('alert')).toHaveText('No passkey that opens this Sotto was used.')
  await isLocked(ana)
  await unlock(ana, 'open rye')
  await expect(button(ana, 'Add a passkey')).toBeVisible()
})

test('a passkey of another profile or without a key opens nothing, and none is kept', async ({ people, whole }) => {
  const ana = await people.newPerson('Ana', { context: whole })
  const bare = await plugIn(ana, false)
  await setPassphrase(ana, 'open sesame')
  await button(ana, 'Add a passkey').click()
  await expect(ana.getByRole('alert')).toHaveText(
    'No passkey was added: it was called off, or this device has none that can hold a key.',
  )
  await expect(button(ana, 'Add a passkey')).toBeEnabled()
  const { authenticatorId } = bare
  await bare.session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })

  const { session, authenticatorId: id } = await plugIn(ana)
  await button(ana, 'Add a passkey').click()
  await expect(button(ana, 'Remove passkey')).toBeVisible()
  // The same name and host, and not the same secret.
  await session.send('WebAuthn.clearCredentials', { authenticatorId: id })
  await ana.evaluate(async () => {
    await navigator.credentials.create({
      publicKey: {
        rp: { name: 'Sotto' },
        user: { id: new Uint8Array(16), name: 'Sotto', displayName: 'Sotto' },
        challenge: new Uint8Array(32),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        extensions: { prf: {} },
      },
    })
  })
  await lockNow(ana)
  await button(ana, 'Unlock with a passkey').click()
  await expect(ana.getByRole('alert')).toHaveText('No passkey that opens this Sotto was used.')
  await isLocked(ana)
  await unlock(ana, 'open sesame')
})

test('a passkey that is added in a decoy takes nothing from the real one', async ({ people, whole }) => {
  const ana = await people.newPerson('Ana', { context: whole })
  const { session, authenticatorId } = await plugIn(ana)
  const credentials = async () =>
    (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials.map(
      ({ credentialId }) => credentialId,
    )
  await startChat(ana)
  await setPassphrase(ana, 'open sesame')
  const setDuress = async (name: string, passphrase: string) => {
    await button(ana, name).click()
    await field(ana, 'Passphrase').fill(passphrase)
    await field(ana, 'Repeat passphrase').fill(passphrase)
    await button(ana, 'Save').click()
    await expect(ana.getByRole('dialog')).toHaveCount(0)
  }
  await setDuress('Set a duress passphrase', 'open barley')
  await button(ana, 'Add a passkey').click()
  await expect(button(ana, 'Remove passkey')).toBeVisible()
  const [real = ''] = await credentials()

  await lockNow(ana)
  await unlock(ana, 'open barley')
  await ana.goto(new URL('#/settings', ana.url()).href)
  await button(ana, 'Add a passkey').click()
  await expect(button(ana, 'Remove passkey')).toBeVisible()
  const both = await credentials()
  expect(both).toHaveLength(2)
  expect(both).toContain(real)

  // Asked without a choice, the device takes whichever it has.
  const { credentials: kept } = await session.send('WebAuthn.getCredentials', { authenticatorId })
  const decoy = kept.find(({ credentialId }) => credentialId !== real)!
  await session.send('WebAuthn.removeCredential', { authenticatorId, credentialId: decoy.credentialId })
  await lockNow(ana)
  await button(ana, 'Unlock with a passkey').click()
  await expect(button(ana, 'Change duress passphrase')).toBeVisible()
})
