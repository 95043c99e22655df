/** `test` for benchmarks: rows, and the pages to compare with. A goal that is missed is a row that says so, not a failure. */
import { test as base } from 'playwright/test'
import { ROOT } from './paths.ts'
import { readRows, row, table, writeRows, type Row } from './rows.ts'
import { serveFloor, type Floor } from './sites.ts'

export { expect } from 'playwright/test'

export type Report = (measured: Parameters<typeof row>[0]) => void

/** What is timed is timed this often, and the median counts. */
export const RUNS = 7

export const test = base.extend<object, { report: Report; floor: Floor }>({
  report: [
    async ({}, use, { workerIndex }) => {
      const path = `${ROOT}bench.json`
      // A worker after the first goes on where a failed benchmark has ended that one.
      const rows: Row[] = workerIndex === 0 ? [] : readRows(path)
      await use((measured) => {
        rows.push(row(measured))
        writeRows(path, rows)
      })
      process.stdout.write(`\n${table(rows)}\n\n`)
    },
    { scope: 'worker' },
  ],
  floor: [
    async ({}, use) => {
      const floor = await serveFloor()
      await use(floor)
      await floor.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})
