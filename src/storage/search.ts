/** The page's side of a search: keeps one worker as long as the profile is open, and tells it what changed. */
import type { Findings, Search } from '../chat/ports.ts'
import { startWorker } from './beside.ts'
import { makeScanner, type Scope } from './scan.ts'
import type { Order, Report } from './search-worker.ts'

/** Nothing was found, and nothing more will be. */
const NOTHING: Findings = { hits: [], count: 0, progress: 1, failed: true }

export type Searching = Search & {
  /** This page of a chat is not what it was; without a number: the whole chat. */
  changed(contactId: string, from?: number): void
  /** Whatever was read is forgotten with it. */
  end(): void
}

/** `scope`: what may be opened at the moment; undefined: nothing. */
export function makeSearching(scope: () => Promise<Scope | undefined>): Searching {
  let worker: Promise<Worker | undefined> | undefined
  let runs = 0
  /** Searches go on in the page itself. */
  let isBroken = false
  let on: (found: Findings) => void = () => undefined

  async function start(): Promise<Worker | undefined> {
    const started = await startWorker(() => import('./search-worker.ts?worker&url'))
    started?.addEventListener('message', ({ data: { run, found } }: MessageEvent<Report>) => {
      if (run === runs) on(found ?? NOTHING)
    })
    // It was not fetched, or is not allowed to run.
    started?.addEventListener('error', (event) => {
      event.preventDefault()
      isBroken = true
      on(NOTHING)
    })
    return started
  }

  async function begin(query: string, mine: number): Promise<void> {
    worker ??= start()
    const [at, within] = await Promise.all([worker, scope()])
    if (mine !== runs) return
    if (!within) return on(NOTHING)
    if (at && !isBroken) return order(at, { do: 'search', run: mine, scope: within, query })
    await makeScanner().search(within, query, on, () => mine !== runs)
  }

  return {
    search(query, told) {
      const mine = ++runs
      on = told
      begin(query, mine).catch(() => told(NOTHING))
      return () => {
        if (mine !== runs) return
        runs++
        void worker?.then((at) => at && order(at, { do: 'stop' }))
      }
    },
    changed(contactId, from) {
      void worker?.then((at) => at && order(at, { do: 'forget', contactId, ...(from === undefined ? {} : { from }) }))
    },
    end() {
      runs++
      void worker?.then((at) => at?.terminate())
      worker = undefined
    },
  }
}

function order(worker: Worker, what: Order): void {
  worker.postMessage(what)
}
