/** The truth about a line, and the servers that make it: shown in a panel, written in Settings, tried one by one. */
import type { Page } from 'playwright/test'
import { connected, expect, reload, test } from './fixtures.ts'

const panel = (page: Page) => page.getByRole('dialog', { name: 'Connection', exact: true })
const settings = (page: Page) => page.getByRole('group', { name: 'Connection settings', exact: true })
const field = (page: Page, name: string) => settings(page).getByRole('textbox', { name, exact: true })
const results = (page: Page) => settings(page).getByRole('status').getByRole('listitem')

async function openSettings(page: Page): Promise<void> {
  await page.goto('#/settings')
  await expect(settings(page)).toBeVisible()
}

async function write(page: Page, name: string, text: string): Promise<void> {
  await field(page, name).fill(text)
  await field(page, name).blur()
}

test('the panel says what path a line takes, who sees which address, which relays help, and what silence may mean', async ({
  people,
}) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await ana.getByRole('button', { name: 'Connection details', exact: true }).click()
  await expect(panel(ana)).toContainText('Direct')
  await expect(panel(ana)).toContainText('From device to device')
  await expect(panel(ana)).toContainText('Ben can see')
  await expect(panel(ana)).toContainText('You can see')
  await expect(panel(ana).getByRole('listitem')).toHaveText([/\/relay listening$/])
  await expect(panel(ana)).not.toContainText('Ben may')
  await ben.close()
  await expect(panel(ana)).toContainText('Ben is not here now')
  await expect(panel(ana)).toContainText(
    'Ben may have closed Sotto, be offline, use other relays, or hide without a TURN',
  )
  await expect(panel(ana)).not.toContainText('can see')
  await ana.keyboard.press('Escape')
  await expect(panel(ana)).toHaveCount(0)
})

test('servers are tried one by one, and each says what came of it', async ({ people }) => {
  people.expectError(/WebSocket connection to 'ws:\/\/localhost:9\/' failed|ERR_(CONNECTION_REFUSED|UNSAFE_PORT)/)
  const ana = await people.newPerson('Ana')
  await openSettings(ana)
  await expect(field(ana, 'Relays')).toHaveValue(/^ws/)
  const own = await field(ana, 'Relays').inputValue()
  await settings(ana).getByRole('button', { name: 'Test connection', exact: true }).click()
  await expect(results(ana)).toHaveText([/\/relay answers in \d+ ms$/])
  people.allowOrigin('ws://localhost:9')
  await write(ana, 'Relays', `${own}\nws://localhost:9/`)
  await write(ana, 'ICE servers', '[{"urls":"turn:127.0.0.1:9","username":"u","credential":"c"}]')
  await expect(settings(ana)).toContainText('These are yours')
  await settings(ana).getByRole('button', { name: 'Test connection', exact: true }).click()
  await expect(results(ana)).toHaveCount(3)
  await expect(results(ana).nth(0)).toHaveText(/answers in/)
  await expect(results(ana).nth(1)).toHaveText(/ws:\/\/localhost:9\/ cannot be reached/)
  await expect(results(ana).nth(2)).toHaveText(/turn:127\.0\.0\.1:9 cannot be reached/, { timeout: 20_000 })
})

test('what cannot be used is told and not kept; what can is kept, until the field is emptied', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await openSettings(ana)
  const page = await field(ana, 'Relays').inputValue()
  await write(ana, 'Relays', 'https://relay.example')
  await expect(settings(ana).getByRole('alert')).toHaveText(/^Relays: must be ws/)
  await expect(field(ana, 'Relays')).toHaveAttribute('aria-invalid', 'true')
  await write(ana, 'ICE servers', '{"urls": 7}')
  await expect(settings(ana).getByRole('alert').nth(1)).toHaveText(/^ICE servers: /)
  await reload(ana)
  await expect(field(ana, 'Relays')).toHaveValue(page)
  await expect(field(ana, 'ICE servers')).toHaveValue('')
  await write(ana, 'ICE servers', '[{"urls": "stun:127.0.0.1:3478"}]')
  await expect(settings(ana)).toContainText('These are yours')
  await reload(ana)
  await expect(field(ana, 'ICE servers')).toHaveValue(/stun:127\.0\.0\.1:3478/)
  await write(ana, 'ICE servers', '')
  await expect(settings(ana)).not.toContainText('These are yours')
  await ana.goto('#/')
  await ana.getByRole('link', { name: /Ben/ }).click()
  await Promise.all([connected(ana), connected(ben)])
})

test('servers that the page lends are named and not written; own ones that are none can be taken away', async ({
  people,
}) => {
  const ana = await people.newPerson('Ana')
  await ana.context().route('**/turn.json', (route) => {
    const username = `${Math.floor(Date.now() / 1000) + 3_600}:u`
    return route.fulfill({ json: [{ urls: 'turn:127.0.0.1:9', username, credential: 'lent' }] })
  })
  await openSettings(ana)
  await reload(ana)
  const LENT = /the page lends these too: .*turn:127\.0\.0\.1:9/
  const hint = field(ana, 'ICE servers')
  await expect(hint).toHaveAccessibleDescription(LENT)
  await expect(hint).toHaveValue('')
  await write(ana, 'ICE servers', '[]')
  await expect(hint).toHaveAccessibleDescription(/^These are yours\. [^:]*$/)
  await expect(hint).toHaveValue('[]')
  await write(ana, 'ICE servers', '')
  await expect(hint).toHaveAccessibleDescription(LENT)
})

test('a switch that could not be kept goes back to where it was, and says so', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  await openSettings(ana)
  await expect(field(ana, 'Relays')).toHaveValue(/^ws/)
  const full = await ana.evaluateHandle(() => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('stub', 'QuotaExceededError')
    }
    return { end: () => (IDBObjectStore.prototype.put = put) }
  })
  const receipts = ana.getByRole('switch', { name: 'Send read receipts', exact: true })
  const hide = settings(ana).getByRole('switch', { name: 'Hide my IP address', exact: true })
  const wasOn = await receipts.isChecked()
  await hide.click()
  await receipts.click()
  await expect(settings(ana).getByRole('alert')).toHaveText(/^This device could not keep that/)
  await expect(hide).toBeChecked({ checked: false })
  await expect(receipts).toBeChecked({ checked: wasOn })
  await full.evaluate(({ end }) => void end())
  await hide.click()
  await expect(settings(ana).getByRole('alert')).toHaveCount(0)
  await expect(hide).toBeChecked()
})
