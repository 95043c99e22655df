/**
 * Finds a Chromium or gets one, and a Firefox if there is one, then runs Playwright with their paths in the
 * environment: `node src/host/run.mjs tests/run/browsers.ts <projects> [arguments of playwright test]`, projects
 * separated by commas. A project `firefox` is left out, with a word, where no Firefox is; so are the models (`tests/models`)
 * where no Spin is, unless CI is set.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright'
import { missingTools } from './checker.ts'

const INSTALL_TIMEOUT_MS = 600_000
const PLAYWRIGHT = 'node_modules/playwright/cli.js'

const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]
const FIREFOX = [
  '/usr/bin/firefox-esr',
  '/usr/lib/firefox/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
]

try {
  main()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.stdout.write('0 passed, 1 failed\n')
  process.exitCode = 1
}

function main(): void {
  const [projects = '', ...rest] = process.argv.slice(2)
  const chromiumPath = findChromium()
  const firefoxPath = process.env['FIREFOX_PATH'] ?? FIREFOX.find(existsSync)
  say(
    `Chromium: ${chromiumPath ?? chromium.executablePath()}. Firefox: ${firefoxPath ?? 'none, so its tests are left out'}.`,
  )

  if (missingTools.length > 0) {
    const outcome = process.env['CI'] ? 'cannot be searched' : 'are left out'
    say(`Not on the path: ${missingTools.join(', ')}, so the models in tests/models ${outcome}.`)
  }

  const chosen = projects.split(',').filter((project) => project !== 'firefox' || firefoxPath)
  const env = {
    ...process.env,
    ...(chromiumPath && { CHROMIUM_PATH: chromiumPath }),
    ...(firefoxPath && { FIREFOX_PATH: firefoxPath }),
  }
  const command = [PLAYWRIGHT, 'test', ...chosen.map((project) => `--project=${project}`), ...rest]
  process.exitCode = spawnSync(process.execPath, command, { stdio: 'inherit', env }).status ?? 1
}

/**
 * In this order: CHROMIUM_PATH, Playwright's own download, a browser of the system, `playwright install`, and the
 * package manager of Debian if we may use it.
 * @returns its path, or undefined where Playwright finds it by itself
 * @throws Error that names the ways out
 */
function findChromium(): string | undefined {
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
