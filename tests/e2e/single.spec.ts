/** The whole page as one file, opened from a disk: no host, nothing beside it, relays by the person's own settings. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright/test'
import { lockNow, setPassphrase, unlock } from './lock-screen.ts'
import { startRelay, type Listening } from '../net/support.ts'
import { connected, expect, goHome, joinChat, reload, say, sees, startChat, test as base } from './fixtures.ts'

const test = base.extend<{ file: string; relay: Listening }>({
  relay: async ({}, use) => {
    const relay = await startRelay()
    await use(relay)
    await relay.close()
  },
  file: async ({}, use, testInfo) => {
    const folder = testInfo.outputPath('single')
    const vite = resolve('node_modules/vite/bin/vite.js')
    const env = { ...process.env, TZ: 'Pacific/Kiritimati', NODE_ENV: 'development' }
    execFileSync(process.execPath, [vite, 'build', '--mode', 'single', '--logLevel', 'error', '--outDir', folder], {
      env,
    })
    expect(readdirSync(folder)).toEqual(['sotto.html'])
    await use(resolve(folder, 'sotto.html'))
  },
  baseURL: ({ file }, use) => use(pathToFileURL(file).href),
})

async function useRelay(page: Page, relay: string): Promise<void> {
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  const field = page.getByRole('textbox', { name: 'Relays', exact: true })
  await expect(field).toHaveValue('')
  await field.pressSequentially(relay)
  await field.press('Tab')
  await expect(page.getByText('These are yours')).toBeVisible()
  await goHome(page)
}

test('from a disk two people meet by a relay of their own, and all is there after a reload @firefox', async ({
  relay,
  people,
  file,
}) => {
  people.allowOrigin(relay.url)
  // One after the other: fields of a window that is not before the person tell of no change.
  const ana = await people.newPerson('Ana')
  await useRelay(ana, relay.url)
  const ben = await people.newPerson('Ben')
  await useRelay(ben, relay.url)
  const link = await startChat(ana)
  expect(link.startsWith(`${pathToFileURL(file).href}#/join/`)).toBe(true)
  await expect(ana.getByText('This link works only on this computer')).toBeVisible()
  await joinChat(ben, link)
  await Promise.all([connected(ana), connected(ben)])
  await say(ben, 'from a disk')
  await sees(ana, 'from a disk')
  await reload(ana)
  await sees(ana, 'from a disk')
  await connected(ana)
  // There is no file for a worker beside it: the page derives the key itself.
  await setPassphrase(ana, 'open sesame')
  await lockNow(ana)
  await unlock(ana, 'open sesame')

  expect(await ana.evaluate(() => [isSecureContext, 'locks' in navigator, 'clipboard' in navigator])).toEqual([
    true,
    true,
    true,
  ])
  // Its policy, without anybody's headers.
  const injected = await ana.evaluate(() => {
    try {
      return (document.body.innerHTML = '<b>text</b>')
    } catch {
      return 'refused'
    }
  })
  expect(injected).toBe('refused')
  people.expectError(/require-trusted-types-for|TrustedHTML/)
  expect(await ana.evaluate(() => fetch('https://elsewhere.example/').catch(() => 'refused'))).toBe('refused')
  people.expectError(/connect-src|Refused to connect/)

  const html = readFileSync(file, 'utf8')
  expect(html).not.toContain(resolve('.'))
})
