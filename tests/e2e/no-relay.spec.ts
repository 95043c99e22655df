/** A plain static host, whose config names no relay: one of the two chooses one, and the other is not asked. */
import type { Page } from 'playwright/test'
import { connected, connection, expect, hasState, joinChat, reload, say, sees, startChat } from './fixtures.ts'
import { test } from './own-site.ts'

const CONFIG = JSON.stringify({ relays: [], iceServers: [], relayOnly: false })

const link = (page: Page) => page.getByRole('textbox', { name: 'Invite link', exact: true })

test('a relay of one’s own is named by the link, and remembered by who joins', async ({ people, site }) => {
  site.put('config.json', CONFIG)
  const relay = new URL('/relay', site.home.replace('http', 'ws')).href
  const ana = await people.newPerson('Ana')
  const ben = await people.newPerson('Ben')
  const sockets: string[] = []
  for (const page of [ana, ben]) page.on('websocket', (socket) => sockets.push(socket.url()))
  const before = await startChat(ana)
  await expect(ana.getByRole('heading', { name: 'This page names no relay.', exact: true })).toBeVisible()
  await expect(connection(ana)).toHaveAttribute('data-state', 'failed')
  await ana.getByRole('button', { name: 'Show them', exact: true }).click()
  await expect(ana.getByText('nos.lol')).toBeVisible()
  const address = ana.getByRole('textbox', { name: 'Relay address', exact: true })
  await address.fill('https://relay.example/')
  await ana.getByRole('button', { name: 'Use it', exact: true }).click()
  await expect(ana.getByRole('alert')).toContainText('must be ws:// or wss:// addresses')
  // Nobody has pressed for anything yet that would call a host.
  expect(sockets).toEqual([])

  await address.fill(relay)
  await ana.getByRole('button', { name: 'Use it', exact: true }).click()
  await expect(connection(ana)).toHaveAttribute('data-state', 'waiting')
  await expect(link(ana)).not.toHaveValue(before)
  await expect(ana.getByText('This is a new link', { exact: false })).toBeVisible()
  await joinChat(ben, await link(ana).inputValue())
  await Promise.all([connected(ana), connected(ben)])
  await say(ana, 'found you')
  await sees(ben, 'found you')

  await Promise.all([reload(ana), reload(ben)])
  await Promise.all([connected(ana), connected(ben)])
  await say(ben, 'and again')
  await hasState(ben, 'and again', 'delivered')
  expect(new Set(sockets)).toEqual(new Set([relay]))
})
