import type { BrowserContext, Page } from 'playwright/test'

/**
 * Firefox says so of a script whose fetch was cut short because the page goes: what came of it, nothing, has this SHA-256. A host
 * that sends an empty file is not meant by it.
 */
const CUT_SHORT = /47DEQpj8HBSa\+\/TImW\+5JCeuQeRkm5NMpJWZG3hSuFU=/

/** Listens to every page of some browser profiles and keeps what no correct page would do. */
export class Watch {
  readonly #complaints: string[] = []
  readonly #expected: RegExp[] = [CUT_SHORT]
  readonly #origins = new Set<string>()

  /** @param home URL of the tested site; everything else is foreign */
  constructor(home: string) {
    this.allowOrigin(home)
  }

  expectError(pattern: RegExp): void {
    this.#expected.push(pattern)
  }

  allowOrigin(url: string): void {
    this.#origins.add(originOf(url))
  }

  async follow(context: BrowserContext): Promise<void> {
    context.on('weberror', (event) => this.#complain(`uncaught: ${event.error().message}`))
    context.on('console', (message) => {
      if (message.type() === 'error') this.#complain(`console: ${message.text()} (${message.location().url})`)
    })
    context.on('request', (request) => this.#checkOrigin(request.url()))
    const followPage = (page: Page) => page.on('websocket', (socket) => this.#checkOrigin(socket.url()))
    context.pages().forEach(followPage)
    context.on('page', followPage)
    await context.addInitScript(() => {
      addEventListener('unhandledrejection', (event) => console.error(`unhandled rejection: ${String(event.reason)}`))
      addEventListener('securitypolicyviolation', (event) =>
        console.error(`content policy: ${event.effectiveDirective} refused ${event.blockedURI} ${event.sample}`),
      )
    })
  }

  /** What was seen so far and not announced by `expectError`. */
  complaints(): string[] {
    return this.#complaints.filter((text) => !this.#expected.some((pattern) => pattern.test(text)))
  }

  #complain(text: string): void {
    this.#complaints.push(text)
  }

  #checkOrigin(url: string): void {
    if (/^(about|blob|data):/.test(url) || this.#origins.has(originOf(url))) return
    this.#complain(`foreign request: ${url}`)
  }
}

/** Of a site and of the WebSockets on the same port alike. */
function originOf(url: string): string {
  return new URL(url.replace(/^ws/, 'http')).origin
}
