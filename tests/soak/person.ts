/** Somebody with a browser whose profile outlives it, and everything that their screens ever showed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright/test'
import { composer, connection, expect, messages } from '../e2e/fixtures.ts'
import { Watch } from '../e2e/watch.ts'
import { Door, type Server } from './server.ts'
import { isDelivered, withAbove, type Shown } from './tally.ts'

/** Starts a browser on a profile. */
export type Launch = (directory: string) => Promise<BrowserContext>

/** A lost line is noticed within 20 s and a call is made at most 4 times a minute: this is longer than both together. */
const PATIENCE_MS = 150_000
const timeout = PATIENCE_MS

export class Person {
  readonly name: string
  readonly door: Door
  readonly typed: string[] = []
  /** Every text that this screen showed. */
  readonly seen = new Set<string>()
  /** Own ones that it showed as delivered or read. */
  readonly told = new Set<string>()
  readonly #launch: Launch
  readonly #directory = mkdtempSync(join(tmpdir(), 'sotto-soak-'))
  readonly #watch: Watch
  readonly #listeners = new Set<() => void>()
  #context: BrowserContext | undefined
  #page: Page | undefined
  #browserId = 0
  /** The conversation's address. */
  #place: string | undefined

  private constructor(name: string, door: Door, launch: Launch) {
    this.name = name
    this.door = door
    this.#launch = launch
    this.#watch = new Watch(door.home)
    // The server is restarted now and then.
    this.#watch.expectError(/WebSocket connection to|net::ERR_/)
  }

  static async at(server: Server, name: string, launch: Launch): Promise<Person> {
    return new Person(name, await Door.to(server), launch)
  }

  get page(): Page {
    if (!this.#page) throw new Error(`${this.name} is away`)
    return this.#page
  }

  get complaints(): readonly string[] {
    return this.#watch.complaints().map((complaint) => `${this.name}: ${complaint}`)
  }

  /** Starts the browser if it does not run, and opens the conversation in a new tab; before there is one, the site. */
  async arrive(): Promise<void> {
    this.#context ??= await this.#start()
    this.#page = await this.#context.newPage()
    await this.#page.goto(this.#place ?? this.door.home)
    await this.#shown()
  }

  /** @returns what has to follow the address of the site */
  async makeLink(): Promise<string> {
    await this.page.getByRole('button', { name: 'Start a chat', exact: true }).click()
    const link = this.page.getByRole('textbox', { name: 'Invite link', exact: true })
    await expect(link).toHaveValue(/#\/join\/./, { timeout })
    return new URL(await link.inputValue()).hash
  }

  async join(link: string): Promise<void> {
    await this.page.goto('about:blank')
    await this.page.goto(`${this.door.home}${link}`)
    await this.page.getByRole('button', { name: 'Join chat', exact: true }).click()
  }

  /** The conversation that opens is the one to come back to. */
  async connected(): Promise<void> {
    await messages(this.page).waitFor()
    await expect(connection(this.page)).toHaveAttribute('data-state', /^(direct|relayed)$/, { timeout })
    this.#place = this.page.url()
  }

  /** All processes of the browser, at once. */
  async kill(): Promise<void> {
    const context = this.#context
    this.#context = this.#page = undefined
    if (!context) return
    const closed = new Promise((done) => context.once('close', done))
    // A minus: the group that the browser leads.
    process.kill(-this.#browserId, 'SIGKILL')
    await closed
  }

  async closeTab(): Promise<void> {
    const page = this.page
    this.#page = undefined
    await page.close()
  }

  async reload(): Promise<void> {
    await this.page.reload()
    await this.#shown()
  }

  /** A second tab, to which the first one has to yield. */
  async takeOver(): Promise<void> {
    const old = this.page
    await this.arrive()
    await old.getByRole('button', { name: 'Use here', exact: true }).waitFor()
    await old.close()
  }

  /** Types and sends; whether it is shown, delivered or lost is another matter. */
  async write(): Promise<string> {
    const text = `${this.name} ${this.typed.length}`
    this.typed.push(text)
    await composer(this.page).fill(text)
    await composer(this.page).press('Enter')
    return text
  }

  /** Waits for something that this screen has to show. */
  until(what: string, isSo: () => boolean): Promise<void> {
    if (isSo()) return Promise.resolve()
    return new Promise((done, failed) => {
      const late = setTimeout(() => {
        this.#listeners.delete(look)
        failed(new Error(`${this.name}: in vain waited for ${what}`))
      }, PATIENCE_MS)
      const look = (): void => {
        if (!isSo()) return
        clearTimeout(late)
        this.#listeners.delete(look)
        done()
      }
      this.#listeners.add(look)
    })
  }

  /** What the log holds from a text on that is known to be there, scrolling back as far as that from the end. */
  async readFrom(text: string): Promise<readonly Shown[]> {
    const log = messages(this.page)
    let read: readonly Shown[] = []
    for (;;) {
      const rows = await log.getByRole('article').evaluateAll((all) =>
        all.map((one) => ({
          mine: one.dataset['mine'] === 'true',
          text: one.querySelector('[dir="auto"]')?.textContent ?? '',
          ...(one.dataset['state'] !== undefined && { state: one.dataset['state'] }),
        })),
      )
      const further = read.length === 0 ? rows : withAbove(rows, read)
      if (!further) throw new Error(`${this.name}: what the log shows does not meet what it showed`)
      read = further
      const place = read.findIndex((row) => row.text === text)
      if (place >= 0) return read.slice(place)
      const first = log.getByRole('article').first().locator('[dir="auto"]')
      await expect
        .poll(
          async () => {
            await log.press('Home')
            return first.textContent()
          },
          { timeout, message: `${this.name}: the log goes back as far as “${text}”` },
        )
        .not.toBe(rows[0]?.text ?? '')
    }
  }

  async leave(): Promise<void> {
    await this.#context?.close()
    this.door.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #start(): Promise<BrowserContext> {
    const context = await this.#launch(this.#directory)
    context.setDefaultTimeout(PATIENCE_MS)
    await this.#watch.follow(context)
    await context.exposeBinding('tellShown', (_, shown: Shown) => this.#hear(shown))
    await context.addInitScript(tellArticles)
    const control = await context.browser()?.newBrowserCDPSession()
    const { processInfo } = (await control?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] }
    this.#browserId = processInfo.find(({ type }) => type === 'browser')?.id ?? 0
    if (this.#browserId === 0) throw new Error('no browser to be ended')
    return context
  }

  async #shown(): Promise<void> {
    await this.page.locator('html[data-ready="true"]').waitFor()
    if (this.#place !== undefined) await messages(this.page).getByRole('article').first().waitFor()
  }

  #hear({ mine, text, state }: Shown): void {
    this.seen.add(text)
    if (mine && isDelivered(state)) this.told.add(text)
    for (const look of this.#listeners) look()
  }
}

/** Init script: tells of each article of the log when it comes to stand there, and when its state changes. */
function tellArticles(): void {
  const { tellShown } = globalThis as unknown as { tellShown(shown: Shown): Promise<void> }
  const tell = (article: HTMLElement): void => {
    const { mine, state } = article.dataset
    const text = article.querySelector('[dir="auto"]')?.textContent
    if (text) void tellShown({ mine: mine === 'true', text, ...(state !== undefined && { state }) })
  }
  new MutationObserver((changes) => {
    const changed = new Set<HTMLElement>()
    for (const { target, addedNodes } of changes)
      for (const node of [target, ...addedNodes]) {
        const element = node instanceof Element ? node : node.parentElement
        const around = element?.closest<HTMLElement>('[role="log"] article')
        if (around) changed.add(around)
        if (element && node !== target)
          for (const inside of element.querySelectorAll<HTMLElement>('[role="log"] article')) changed.add(inside)
      }
    changed.forEach(tell)
  }).observe(document, { subtree: true, childList: true, characterData: true, attributeFilter: ['data-state'] })
}
