/**
 * Finds a Chromium or gets one, and a Firefox if there is one, then runs Playwright with their paths in the
 * environment: `node src/host/run.mjs tests/run/browsers.ts <projects> [arguments of playwright test]`, projects
 * separated by commas. A project `firefox` is left out, with a word, where no Firefox is; so are the models (`tests/models`)
 * where no Spin is, unless CI is set.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright'
import { missingServers, missingTools } from './checker.ts'
import { findChromium, findShell, PLAYWRIGHT } from './chromium.ts'

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
  const shellPath = findShell()
  const firefoxPath = process.env['FIREFOX_PATH'] ?? FIREFOX.find(existsSync)
  say(
    `Chromium: ${[chromiumPath ?? chromium.executablePath(), shellPath ?? []].flat().join(' and ')}. Firefox: ${firefoxPath ?? 'none, so its tests are left out'}.`,
  )

  if (missingTools.length > 0) {
    const outcome = process.env['CI'] ? 'cannot be searched' : 'are left out'
    say(`Not on the path: ${missingTools.join(', ')}, so the models in tests/models ${outcome}.`)
  }

  if (missingServers.length > 0)
    say(`Not here: ${missingServers.join(', ')}, so the README's lines for web servers are not all tried.`)

  const chosen = projects.split(',').filter((project) => project !== 'firefox' || firefoxPath)
  const env = {
    ...process.env,
    ...(chromiumPath && { CHROMIUM_PATH: chromiumPath }),
    ...(shellPath && { CHROMIUM_SHELL_PATH: shellPath }),
    ...(firefoxPath && { FIREFOX_PATH: firefoxPath }),
  }
  const command = [PLAYWRIGHT, 'test', ...chosen.map((project) => `--project=${project}`), ...rest]
  process.exitCode = spawnSync(process.execPath, command, { stdio: 'inherit', env }).status ?? 1
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
