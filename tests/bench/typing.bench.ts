/** From the key that sends to the other page, with both pages open and a line between them; beside a page without cryptography. */
import type { Browser, Page } from 'playwright/test'
import { test } from './bench.ts'
import { inTurn } from './in-turn.ts'
import { inApp, onFloor } from './invite.ts'
import type { Invite } from './invite.ts'
import { joinAndSpeak, noteMessages, onceMore, untilRead } from './robot.ts'
import { median } from './rows.ts'

const TEXTS = 20

type Delays = { readonly seen: number; readonly painted: number }

test('a key is pressed', async ({ browser, baseURL, floor, report }) => {
  const [ours, bare] = [
    await connect(browser, baseURL ?? '', inApp),
    await onceMore(() => connect(browser, floor.url('peer'), onFloor)),
  ]
  const { app, alone } = await inTurn(1, { app: () => type(ours), alone: () => type(bare) })
  for (const [what, name] of [
    ['seen', 'in the other page’s DOM'],
    ['painted', 'painted'],
  ] as const) {
    report({
      name: `key pressed → ${name}`,
      unit: 'ms',
      ours: median(app.map((delays) => delays[what])),
      baseline: median(alone.map((delays) => delays[what])),
      baselineName: 'bare channel, no cryptography',
      goal: { atMostMore: 4 },
    })
  }
  await Promise.all([...ours, ...bare].map((page) => page.context().close()))
})

type Pair = readonly [speaker: Page, reader: Page]

async function connect(browser: Browser, url: string, invite: Invite): Promise<Pair> {
  const [reader, speaker] = await Promise.all([browser.newPage(), browser.newPage()])
  await Promise.all([noteMessages(reader), joinAndSpeak(speaker)])
  await reader.goto(url)
  await speaker.goto(await invite(reader))
  await untilRead(speaker, reader)
  return [speaker, reader]
}

/** The median of some texts, one after the other. Both pages go by one clock. */
async function type([speaker, reader]: Pair): Promise<Delays> {
  const delays: Delays[] = []
  for (let i = 0; i < TEXTS; i++) {
    const text = `text ${i} of ${Date.now()}`
    const [seen, painted, pressed] = await Promise.all([
      reader.evaluate((known) => window.whenSeen(known), text),
      reader.evaluate((known) => window.whenPainted(known), text),
      speaker.evaluate(send, text),
    ])
    delays.push({ seen: seen - pressed, painted: painted - pressed })
  }
  return { seen: median(delays.map((d) => d.seen)), painted: median(delays.map((d) => d.painted)) }
}

/** In the page: the words stand there already; what counts begins with the key that sends them. */
function send(text: string): number {
  const box = document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message"]')
  if (!box?.form) throw new Error('nowhere to write')
  box.value = text
  box.dispatchEvent(new Event('input', { bubbles: true }))
  const pressed = performance.timeOrigin + performance.now()
  box.form.requestSubmit()
  return pressed
}
