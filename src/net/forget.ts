/** Takes away what is kept of the page itself: the files of its builds, and the worker that keeps them. */

/** Each is tried, also where another failed or a browser has no such thing. */
export async function forgetPage(): Promise<void> {
  const scope = new URL('./', document.baseURI)
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer }
  const { caches: kept } = globalThis as { readonly caches?: CacheStorage }
  const registration = await serviceWorker?.getRegistration(scope.href).catch(() => undefined)
  await registration?.unregister().catch(() => false)
  if (!kept) return
  const names = await kept.keys().catch(() => [])
  // As `host/worker.ts` names them: other apps may live on the same origin, in folders of their own.
  const own = names.filter((name) => name.startsWith(`sotto ${scope.pathname} `))
  await Promise.allSettled(own.map((name) => kept.delete(name)))
}
