/** The lab as the tests see it: hosts with real browsers in them, and networks that are as a test wants them. */
import { execFileSync, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { chromium, type Browser } from 'playwright/test'
import { chromiumLaunch } from '../run/engines.ts'
import { test as people, expect } from '../e2e/fixtures.ts'

export type Host = 'hostA' | 'hostB' | 'lanC' | 'lanD'
export type Nat = 'cone' | 'symmetric'

/** The site on each host, and the relay in the public network. */
const SITE_PORT = 4530
export const RELAY = 'ws://203.0.113.1:7000/relay'
export const COTURN = '203.0.113.1'
export const STUN = { urls: `stun:${COTURN}:3478` }

const SCRIPT = 'tests/net-lab/lab.sh'
const START = ['src/host/run.mjs', 'src/host/start.ts']

export class Lab {
  readonly #name = process.env['LAB'] ?? ''
  readonly #browsers = new Map<Host, Browser>()

  /** Runs the script that makes and changes the networks; returns what it says. */
  script(...command: readonly string[]): string {
    const env = { ...process.env, BROWSER: chromiumLaunch.executablePath ?? chromium.executablePath() }
    return execFileSync(SCRIPT, command, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  }

  async up(): Promise<void> {
    this.script('up')
    this.#serve('pub', '203.0.113.1', 7000, '--relay-only')
    await this.reaches('pub', COTURN, 3478)
    await this.reaches('pub', COTURN, 7000)
  }

  async down(): Promise<void> {
    await Promise.all([...this.#browsers.values()].map((browser) => browser.close()))
    this.script('down')
  }

  /** A server of this project, inside a host. */
  #serve(host: string, address: string, port: number, ...more: readonly string[]): void {
    const env = { ...process.env, HOST: address, PORT: String(port) }
    const command = ['exec', host, process.execPath, ...START, ...more]
    spawn(SCRIPT, command, { env, stdio: 'ignore' }).unref()
  }

  /** Waits until something listens there. */
  async reaches(host: string, address: string, port: number): Promise<void> {
    const probe = `exec 3<>/dev/tcp/${address}/${port}`
    const isOpen = (): boolean => {
      try {
        execFileSync(SCRIPT, ['exec', host, 'bash', '-c', probe], { stdio: 'ignore' })
        return true
      } catch {
        return false
      }
    }
    await expect.poll(isOpen, { timeout: 60_000, message: `${address}:${port} in ${host}` }).toBe(true)
  }

  /** The host's browser; the page is served beside it, on 127.0.0.1. */
  async browser(host: Host): Promise<Browser> {
    const known = this.#browsers.get(host)
    if (known) return known
    this.#serve(host, '127.0.0.1', SITE_PORT)
    const [browser] = await Promise.all([
      chromium.launch({
        ...chromiumLaunch,
        executablePath: `${process.env['TMPDIR'] ?? tmpdir()}/${this.#name}-lab/chromium-${host}`,
        args: (chromiumLaunch.args ?? []).map((arg) =>
          arg.startsWith('--host-resolver-rules=') ? `${arg}, EXCLUDE ${COTURN}` : arg,
        ),
      }),
      this.reaches(host, '127.0.0.1', SITE_PORT),
    ])
    this.#browsers.set(host, browser)
    return browser
  }
}

/** People in the lab. It is made once, and every test begins with calm networks. */
export const test = people.extend<object, { lab: Lab }>({
  lab: [
    async ({}, use) => {
      const lab = new Lab()
      await lab.up()
      await use(lab)
      await lab.down()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  // The one that `people` takes where a test names none.
  browser: [async ({ lab }, use) => use(await lab.browser('hostA')), { scope: 'worker', timeout: 120_000 }],
  baseURL: `http://127.0.0.1:${SITE_PORT}/`,
})
