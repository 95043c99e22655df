/** A search beside the page, so that the page stays quick. It gets keys that open pages, and has no way out: see `_headers`. */
import type { Findings } from '../chat/ports.ts'
import { makeScanner, type Scope } from './scan.ts'

export type Order =
  | { readonly do: 'search'; readonly run: number; readonly scope: Scope; readonly query: string }
  | { readonly do: 'stop' }
  | { readonly do: 'forget'; readonly contactId: string; readonly from?: number }

/** `found` is absent where the search broke off. */
export type Report = { readonly run: number; readonly found?: Findings }

const scanner = makeScanner()
let current = 0

onmessage = async ({ data }: MessageEvent<Order>) => {
  if (data.do === 'forget') return scanner.forget(data.contactId, data.from)
  if (data.do === 'stop') return void (current = 0)
  const { run, scope, query } = data
  current = run
  const tell = (report: Report): void => postMessage(report)
  try {
    await scanner.search(
      scope,
      query,
      (found) => tell({ run, found }),
      () => current !== run,
    )
  } catch {
    tell({ run })
  }
}
