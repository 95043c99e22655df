/** However busy the page is, it is done by then. */
const AT_THE_LATEST_MS = 1_000

/** Runs `run` once the page has nothing more urgent to do. Safari does not tell. */
export function whenIdle(run: () => void): void {
  const { requestIdleCallback }: { requestIdleCallback?: Window['requestIdleCallback'] } = window
  if (requestIdleCallback) requestIdleCallback(run, { timeout: AT_THE_LATEST_MS })
  else setTimeout(run, AT_THE_LATEST_MS)
}
