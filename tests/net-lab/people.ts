/** What people in the lab do, and what their browsers know of it. */
import type { BrowserContext, Page } from 'playwright/test'
import type { IceServer } from '../../src/chat/ports.ts'
import { article, composer, expect, messages, startChat, visit, type People } from '../e2e/fixtures.ts'
import { configure } from '../e2e/odd-relays.ts'
import { watchConnections } from '../e2e/wire.ts'
import { RELAY, STUN, type Host, type Lab } from './lab.ts'

/** A person in this house, whose host offers STUN and, if so, TURN by way of `turn.json`. */
export async function personIn(people: People, lab: Lab, host: Host, turn = true): Promise<Page> {
  const browser = await lab.browser(host)
  people.allowOrigin(RELAY)
  return people.newPerson(undefined, {
    browser,
    prepare: async (context) => {
      await context.addInitScript(keepConnections)
      await context.addInitScript(watchConnections)
      await configureWith(context, [STUN], turn ? lab.script('turn-json') : '[]')
    },
  })
}

async function configureWith(context: BrowserContext, iceServers: readonly IceServer[], turn: string): Promise<void> {
  await configure(context, JSON.stringify({ relays: [RELAY], iceServers }))
  await context.route('**/turn.json', (route) => route.fulfill({ body: turn, contentType: 'application/json' }))
}

/**
 * One makes a link and the other joins, who says something as soon as there is a line.
 * @returns how long after Join it is on the inviter's screen, ms
 */
export async function firstMessage(inviter: Page, joiner: Page, made?: string): Promise<number> {
  const link = made ?? (await startChat(inviter))
  await visit(joiner, link)
  const pressed = Date.now()
  await joiner.getByRole('button', { name: 'Join chat', exact: true }).click()
  await composer(joiner).fill('hello', { timeout: 60_000 })
  await joiner.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(messages(inviter).getByText('hello', { exact: true })).toBeVisible({ timeout: 60_000 })
  return Date.now() - pressed
}

export function hideSwitch(page: Page) {
  return page.getByRole('switch', { name: 'Hide my IP address', exact: true })
}

type Kept = { connectionsMade: RTCPeerConnection[] }

/** Init script, before `watchConnections`: every connection of the page, to be asked later. */
function keepConnections(): void {
  const made: RTCPeerConnection[] = []
  Object.assign(globalThis, { connectionsMade: made })
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      made.push(this)
    }
  }
}

/** The kinds of the two addresses between which the page's newest connection runs: its own, the other side's. */
export function selectedPair(page: Page): Promise<readonly (string | undefined)[]> {
  return page.evaluate(async () => {
    const open = (globalThis as unknown as Kept).connectionsMade
      .filter((pc) => pc.connectionState === 'connected')
      .at(-1)
    const stats = new Map<string, Record<string, string>>()
    ;(await open?.getStats())?.forEach((report: Record<string, string>, id: string) => stats.set(id, report))
    const transport = [...stats.values()].find((report) => report['type'] === 'transport')
    const pair = stats.get(transport?.['selectedCandidatePairId'] ?? '')
    return ['localCandidateId', 'remoteCandidateId'].map((end) => stats.get(pair?.[end] ?? '')?.['candidateType'])
  })
}

/** The candidates of descriptions that were sealed by the other side and opened here, as `type address`. */
export function candidatesIn(sdps: readonly string[]): readonly string[] {
  return sdps.flatMap((sdp) =>
    [...sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) \d+ typ (\S+)/gm)].map(
      ([, address, type]) => `${type} ${address}`,
    ),
  )
}

type Watched = { statesSeen: string[] }

/** From now on keeps every state that the message which says this has, after the present one. */
export async function watchStates(page: Page, text: string): Promise<void> {
  await article(page, text).evaluate((element) => {
    const seen: string[] = []
    Object.assign(globalThis, { statesSeen: seen })
    new MutationObserver(() => seen.push(element.getAttribute('data-state') ?? '')).observe(element, {
      attributeFilter: ['data-state'],
    })
  })
}

export function statesOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (globalThis as unknown as Watched).statesSeen)
}
