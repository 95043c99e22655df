/** Where a Chromium is, or how one gets here. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright'

/** Playwright's command line. */
export const PLAYWRIGHT = 'node_modules/playwright/cli.js'

const INSTALL_TIMEOUT_MS = 600_000

const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

const SHELL = '/usr/bin/chromium-headless-shell'

/**
 * In this order: CHROMIUM_PATH, Playwright's own download, a browser of the system, `playwright install`, and the
 * package manager of Debian if we may use it.
 * @returns its path, or undefined where Playwright finds it by itself
 * @throws Error that names the ways out
 */
export function findChromium(): string | undefined {
  const given = process.env['CHROMIUM_PATH']
  if (given) {
    if (!works(given)) throw new Error(`CHROMIUM_PATH=${given} does not run.`)
    return given
  }
  const own = chromium.executablePath()
  if (existsSync(own)) return undefined
  const system = CHROMIUM.find((path) => existsSync(path) && works(path))
  if (system) return system
  say('No Chromium found; trying `playwright install chromium`.')
  if (run(process.execPath, [PLAYWRIGHT, 'install', 'chromium']) && existsSync(own)) return undefined
  return installWithApt()
}

/** A Chromium without windows, of the system; not where CHROMIUM_PATH says what to test. */
export function findShell(): string | undefined {
  if (process.env['CHROMIUM_PATH']) return process.env['CHROMIUM_SHELL_PATH']
  return works(SHELL) ? SHELL : undefined
}

function installWithApt(): string {
  const path = '/usr/bin/chromium'
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('That failed; trying `apt-get install chromium`.')
    run('apt-get', ['update'])
    if (run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']) && works(path)) return path
  }
  throw new Error(
    'No Chromium. Do one of: `npx playwright install chromium`; `sudo apt-get install chromium`; set CHROMIUM_PATH.',
  )
}

function works(path: string): boolean {
  return spawnSync(path, ['--version'], { timeout: 20_000, stdio: 'ignore' }).status === 0
}

function run(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], timeout: INSTALL_TIMEOUT_MS }).status === 0
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
