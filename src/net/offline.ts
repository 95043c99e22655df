/** The page's side of the service worker: has this build kept, hears of a newer one, and asks for it when told to. */

type Rules = { createScriptURL(url: string): string }
type Policies = { createPolicy(name: string, rules: Rules): { createScriptURL(url: string): unknown } }

const POLICY = 'worker'
const WORKER = './sw.js'

export type Updates = {
  /** Has the build kept. Once the page can be used: nobody waits for it. */
  start(): void
  /** Calls back with the id of a newer build, once it is here whole. */
  subscribe(on: (build: string) => void): void
  /** Begins anew with it, in every tab. */
  use(): void
  /** What the share sheet of the device gave to the worker, the form as it came; undefined: nothing, or it is gone; null: there is no worker. */
  shared(): Promise<unknown>
}

/** @param build the id of the build that this page came with */
export function keepOffline(build: string): Updates {
  const listeners: ((build: string) => void)[] = []
  let newest: string | undefined
  const heard = (kept: string): void => {
    if (kept === build) return
    newest = kept
    for (const on of listeners) on(kept)
  }
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer }
  return {
    start() {
      if (serviceWorker) follow(serviceWorker, heard)
    },
    subscribe(on) {
      listeners.push(on)
      if (newest !== undefined) on(newest)
    },
    use: () => serviceWorker?.controller?.postMessage('use'),
    shared: () => (serviceWorker?.controller ? asked(serviceWorker.controller, 'shared') : Promise.resolve(null)),
  }
}

/** A worker of before knows nothing of a newer question, and says nothing. */
const ANSWER_WITHIN_MS = 3_000

function asked(worker: ServiceWorker, question: 'which' | 'shared'): Promise<unknown> {
  const { port1, port2 } = new MessageChannel()
  return new Promise<unknown>((answer) => {
    port1.onmessage = ({ data }: MessageEvent<unknown>) => answer(data)
    setTimeout(answer, ANSWER_WITHIN_MS)
    worker.postMessage(question, [port2])
  }).finally(() => port1.close())
}

function follow(container: ServiceWorkerContainer, heard: (build: string) => void): void {
  const ask = async (): Promise<void> => {
    const build = container.controller && (await asked(container.controller, 'which'))
    if (typeof build === 'string' && /^[0-9a-f-]{1,40}$/.test(build)) heard(build)
  }
  container.addEventListener('controllerchange', () => void ask())
  container.addEventListener('message', ({ data }) => {
    if (data === 'begin anew') location.reload()
  })
  void ask()
  // Without it everything works but for being offline: nothing to tell anybody.
  container.register(workerUrl(), { updateViaCache: 'none' }).catch(() => undefined)
}

/** Where only trusted script addresses may be used, this one is; the policy gives no other. */
function workerUrl(): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: Policies }
  const policy = trustedTypes?.createPolicy(POLICY, { createScriptURL: () => WORKER })
  return (policy?.createScriptURL('') ?? WORKER) as string
}
