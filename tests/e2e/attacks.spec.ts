/**
 * Attacks that need real browsers: a lying peer, a code of yesterday, a robot that opens links. The numbers are those of the
 * list of attacks.
 */
import type { Page } from 'playwright/test'
import {
  chatLink,
  composer,
  connected,
  connection,
  expect,
  goHome,
  hasState,
  joinChat,
  meet,
  messages,
  pressJoin,
  reload,
  say,
  sees,
  startChat,
  visit,
} from './fixtures.ts'
import { pixels } from './camera.ts'
import { test, type RawCandidate } from './liar.ts'
import { choosePicture, expectVerified, openSafety, photograph, verification } from './safety-dialog.ts'
import { connectionsOf, countSockets, watchConnections } from './wire.ts'

/** Whether the screen is red from corner to corner. */
async function isRed(page: Page): Promise<boolean> {
  const { width, height, data } = await pixels(page, await page.screenshot())
  const corners = [0, width - 1, width * (height - 1), width * height - 1]
  return corners.every((at) => {
    const [r = 0, g = 0, b = 0] = data.subarray(at * 4, at * 4 + 3)
    return r > 150 && g < 90 && b < 90
  })
}

test('attack 60: the code of a key that a person had before is a mismatch, and stops everything', async ({
  people,
}) => {
  const [mira, before] = await people.pair('Mira', 'Kenji')
  await openSafety(before)
  const old = await photograph(before)
  await goHome(mira)
  // The same Kenji on a new device, and nobody who tells the two apart but the number.
  const kenji = await people.newPerson('Kenji')
  await meet(mira, kenji)
  await say(mira, 'which of you is it?')
  await hasState(mira, 'which of you is it?', 'delivered')
  await expectVerified(mira, false)

  await openSafety(mira)
  await choosePicture(mira, { name: 'yesterday.png', buffer: old })
  const stop = mira.getByRole('alertdialog', { name: 'Stop. The numbers differ.', exact: true })
  await expect(stop.getByRole('heading')).toBeFocused()
  await expect(verification(mira)).toHaveAttribute('data-result', 'mismatch')
  expect(await isRed(mira), 'the whole screen').toBe(true)
  await reload(mira)
  await expect(connection(mira)).toContainText('Sotto has stopped sending')
  await expect(composer(mira)).toHaveCount(0)
  await expectVerified(mira, false)
  await expect(connection(kenji)).toHaveAttribute('data-state', /^(connecting|waiting)$/)
})

const v4 = (...address: number[]): Omit<RawCandidate, 'port'> => ({ type: 0, kind: 0, address })
const v6 = (...end: number[]): Omit<RawCandidate, 'port'> => ({
  type: 1,
  kind: 1,
  address: [...Array.from({ length: 16 - end.length }, () => 0), ...end],
})
/** ::ffff:127.0.0.1, fe80::1 has no scope and is no harm; fd00:ec2::254 is a cloud's metadata service. */
const METADATA_V6 = { type: 1, kind: 1, address: [0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54] }
const FORBIDDEN: readonly RawCandidate[] = [
  { ...v4(127, 0, 0, 1), port: 80 },
  { ...v4(127, 255, 255, 254), port: 22 },
  { ...v4(169, 254, 169, 254), port: 80 },
  { ...v4(0, 0, 0, 0), port: 8080 },
  { ...v4(224, 0, 0, 251), port: 5353 },
  { ...v4(255, 255, 255, 255), port: 9 },
  { ...v4(192, 0, 2, 1), port: 0 },
  { ...v6(1), port: 80 },
  { ...v6(0xff, 0xff, 127, 0, 0, 1), port: 80 },
  { ...METADATA_V6, port: 80 },
]

test('attack 65: loopback, metadata and other traps among the candidates never reach the browser, and the line opens', async ({
  people,
  liar,
}) => {
  const ana = await people.newPerson('Ana', { prepare: (context) => context.addInitScript(watchConnections) })
  const ben = await people.newPerson('Ben', { prepare: liar({ candidates: FORBIDDEN }) })
  await meet(ana, ben)
  const { remote, added, made } = await connectionsOf(ana)
  expect([made, remote.length, added]).toEqual([1, 1, 0])
  const told = remote.flatMap((sdp) => [...sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ (\S+)/gm)])
  expect(told.length).toBeGreaterThan(0)
  // Only the real ones: an address of this machine, or the name that the browser gives instead.
  for (const [line, address = '', port, type] of told) {
    expect(address, line).toMatch(
      /^([0-9a-f-]{36}\.local|(?!127\.|0\.|169\.254\.169\.254$)\d+(\.\d+){3}|[0-9a-f:]*[1-9a-f][0-9a-f:]*)$/,
    )
    expect([Number(port) > 1_023, type], line).toEqual([true, 'host'])
  }
  await say(ben, 'by the good one')
  await sees(ana, 'by the good one')
})

// A port other than 0 is not judged, 22 included: it is the browser that knows which it does not send to.
const TOO_MANY = Array.from({ length: 255 }, (_, i) => ({ ...v4(198, 51, 100, i), port: 22 }))
const HOST_NAME = { type: 2, kind: 3, address: [...Buffer.from('router.local....')], port: 80 }
const NO_TYPE = { type: 3, kind: 0, address: [198, 51, 100, 1], port: 80 }

test('attack 65: 255 candidates, a host name, and a type that there is none: nobody is let in, no connection is made, and the link is still good', async ({
  people,
  liar,
}) => {
  const ana = await people.newPerson('Ana', { prepare: (context) => context.addInitScript(watchConnections) })
  const link = await startChat(ana)
  for (const lies of [
    { tooMany: true, candidates: TOO_MANY },
    { candidates: [HOST_NAME] },
    { candidates: [NO_TYPE] },
  ]) {
    const mal = await people.newPerson('Mal', { prepare: liar(lies) })
    await pressJoin(mal, link)
    await expect(connection(mal)).toHaveAttribute('data-state', 'waiting')
    expect(await connectionsOf(ana)).toMatchObject({ made: 0, remote: [] })
    await mal.context().close()
  }
  const ben = await people.newPerson('Ben')
  await joinChat(ben, link)
  await Promise.all([connected(ana), connected(ben)])
  await expect(chatLink(ana, 'Mal')).toHaveCount(0)
})

test('attack 67: a certificate that is not the authenticated one never opens a line', async ({ people, liar }) => {
  const ana = await people.newPerson('Ana', { prepare: (context) => context.addInitScript(watchConnections) })
  const ben = await people.newPerson('Ben', { prepare: liar({ fingerprint: 'another' }) })
  await pressJoin(ben, await startChat(ana))
  await expect.poll(async () => (await connectionsOf(ana)).closed).toBeGreaterThan(0)
  expect(await connectionsOf(ana)).toMatchObject({ channels: 0, sent: 0 })
  for (const page of [ana, ben]) await expect(messages(page)).toHaveCount(0)
  await expect(chatLink(ana, 'Ben')).toHaveCount(0)
  await honestly(ben)
  await Promise.all([connected(ana), connected(ben)])
})

test('attack 67: nor does one that the browser was made to take', async ({ people, liar }) => {
  const ana = await people.newPerson('Ana', {
    prepare: async (context) => {
      await context.addInitScript(watchConnections)
      await context.addInitScript(takeAnother)
    },
  })
  const ben = await people.newPerson('Ben', { prepare: liar({ fingerprint: 'another' }) })
  await pressJoin(ben, await startChat(ana))
  await expect.poll(async () => (await connectionsOf(ana)).closed).toBeGreaterThan(0)
  const { channels, sent } = await connectionsOf(ana)
  expect(channels, 'for the browser all was well').toBeGreaterThan(0)
  expect(sent, 'no ACK, nor anything else').toBe(0)
  for (const page of [ana, ben]) await expect(messages(page)).toHaveCount(0)
  await expect(chatLink(ana, 'Ben')).toHaveCount(0)
})

/** Init script: the page's browser is told the certificate that will come, not the one the app names. */
function takeAnother(): void {
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    override setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
      const other = sdp.replace(/(?<=a=fingerprint:sha-256 )../, (first) =>
        (Number.parseInt(first, 16) ^ 1).toString(16).toUpperCase().padStart(2, '0'),
      )
      return super.setRemoteDescription({ type, sdp: other })
    }
  }
}

/** The liar's page becomes the app as it is. */
async function honestly(page: Page): Promise<void> {
  await page.context().unrouteAll()
  await reload(page)
}

test('attack 70: robots that look at a link touch no network and use nothing up @phone', async ({
  people,
  baseURL,
  browser,
}) => {
  const ana = await people.newPerson('Ana')
  const link = await startChat(ana)
  const secret = link.slice(link.indexOf('#/join/') + 7)
  // One that fetches the page as a preview does, one without scripts, and one that runs it, looks at it and comes again.
  const fetched = await ana.request.get(link)
  expect(await fetched.text()).not.toContain(secret)
  const blind = await browser.newContext({ javaScriptEnabled: false })
  await (await blind.newPage()).goto(link)
  await blind.close()
  const robot = await people.newPerson(undefined, { prepare: (context) => context.addInitScript(watchConnections) })
  const sockets = countSockets(robot)
  const asked: string[] = []
  robot.on('request', (request) => asked.push(`${request.method()} ${request.url()}`))
  await visit(robot, link)
  const join = robot.getByRole('button', { name: 'Join chat', exact: true })
  await expect(join).toBeEnabled()
  await reload(robot)
  await expect(join).toBeEnabled()
  await robot.waitForLoadState('networkidle')
  expect(sockets()).toEqual([])
  expect(await connectionsOf(robot)).toMatchObject({ made: 0 })
  expect(asked.length).toBeGreaterThan(2)
  const isOwn = (url: string) => url.startsWith(`GET ${baseURL ?? ''}`) && !url.includes(secret.slice(0, 20))
  expect(asked.filter((url) => !isOwn(url))).toEqual([])
  await expect(connection(ana)).toHaveAttribute('data-state', 'waiting')
  await expect(connection(ana)).toContainText('Waiting for the link to be opened')
  await expect(ana.getByRole('alert')).toHaveCount(0)
  const ben = await people.newPerson('Ben')
  const opened = countSockets(ben)
  await joinChat(ben, link)
  await Promise.all([connected(ana), connected(ben)])
  expect(opened().length).toBe(1)
})
