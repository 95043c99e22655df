/**
 * Two people with profiles on disk who write to each other in real browsers, while browsers are killed, tabs closed, pages
 * reloaded and the relay restarted:
 *
 *     npm run soak -- --messages 1000 --kills 30 --seed 1
 *
 * Prints what was sent and survived, and what was lost, duplicated, misordered or falsely called delivered. Ends with 1 if
 * anything was. A seed gives the same plan again; what a blow meets is a matter of moments and differs.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { findChromium } from '../run/chromium.ts'
import { linesOf, soundness } from './report.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '200' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string' },
  },
})
const seed = values.seed === undefined ? crypto.getRandomValues(new Uint16Array(1))[0]! : Number(values.seed)
const wish = { messages: Number(values.messages), kills: Number(values.kills), seed }
if (!Object.values(wish).every((number) => Number.isInteger(number) && number >= 0) || wish.kills === 0)
  throw new Error('--messages N --kills K [--seed S]')

const path = findChromium()
if (path !== undefined) process.env['CHROMIUM_PATH'] = path
const { wholeChromium } = await import('../run/engines.ts')
if (spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error']).status !== 0)
  throw new Error('the site cannot be built')

say(`seed ${seed}: ${wish.messages} messages, ${wish.kills} kills`)
const { soak } = await import('./soak.ts')
const launch = (directory: string) => chromium.launchPersistentContext(directory, wholeChromium)
const began = Date.now()
const report = await soak(wish, launch, say)
for (const line of linesOf(report)) say(line)
say(`${Math.round((Date.now() - began) / 1000)} s`)
process.exitCode = soundness(report).length === 0 ? 0 : 1
