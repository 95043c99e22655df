/** Relays that do not keep the rules, each on a port of its own, and a `config.json` that names them. */
import type { BrowserContext } from 'playwright/test'
import { startDeafRelay, startHostileRelay, type HostileRelay } from '../net/hostile.ts'

/** Five of them, by none of which anybody can be met. */
export function startBadRelays(): Promise<readonly HostileRelay[]> {
  return Promise.all([
    startHostileRelay('closes at once'),
    startHostileRelay('pours out five hundred pieces of junk at once'),
    startHostileRelay('sends frames of 1 MiB'),
    startHostileRelay('wants an account'),
    startDeafRelay(true),
  ])
}

/** Every page of this person gets this text for its `config.json`. */
export async function configure(context: BrowserContext, body: string): Promise<void> {
  await context.route('**/config.json', (route) =>
    route.fulfill({ body, headers: { 'content-type': 'application/json', date: new Date().toUTCString() } }),
  )
}
