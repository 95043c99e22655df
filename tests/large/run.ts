/**
 * A browser profile with a long life of messages, to look at by hand or to measure:
 *
 *     npm start &
 *     npm run large -- --messages 1000000 --profile /tmp/large [--at http://localhost:4173/] [--seed 1]
 *
 * Then: `chromium --user-data-dir=/tmp/large http://localhost:4173/`.
 */
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { findChromium } from '../run/chromium.ts'

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    profile: { type: 'string' },
    at: { type: 'string', default: 'http://localhost:4173/' },
    seed: { type: 'string', default: '1' },
  },
})
const [count, seed] = [Number(values.messages), Number(values.seed)]
if (values.profile === undefined || !Number.isInteger(count) || count < 1 || !Number.isInteger(seed))
  throw new Error('--messages N --profile DIRECTORY [--at URL] [--seed S]')

const path = findChromium()
if (path !== undefined) process.env['CHROMIUM_PATH'] = path
const { wholeChromium } = await import('../run/engines.ts')
const { plantLife } = await import('./plant.ts')
const began = Date.now()
const context = await chromium.launchPersistentContext(values.profile, wholeChromium)
const some = Math.ceil(count / 10)
await plantLife(context, values.at, { seed, chats: { Mira: count - some, Kenji: some }, until: Date.now() })
await context.close()
process.stdout.write(`${count} messages in ${Math.round((Date.now() - began) / 1000)} s\n`)
