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
  }
}

function follow(container: ServiceWorkerContainer, heard: (build: string) => void): void {
  const ask = (): void => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string' && /^[0-9a-f-]{1,40}$/.test(data)) heard(data)
      port1.close()
    }
    container.controller?.postMessage('which', [port2])
  }
  container.addEventListener('controllerchange', ask)
  container.addEventListener('message', ({ data }) => {
    if (data === 'begin anew') location.reload()
  })
  ask()
  // Without it everything works but for being offline: nothing to tell anybody.
  container.register(workerUrl(), { updateViaCache: 'none' }).catch(() => undefined)
}

/** Where only trusted script addresses may be used, this one is; the policy gives no other. */
function workerUrl(): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: Policies }
  const policy = trustedTypes?.createPolicy(POLICY, { createScriptURL: () => WORKER })
  return (policy?.createScriptURL('') ?? WORKER) as string
}
