/** Texts between two pages: through the app without its screen, and through a bare channel with receipts. */
import * as ours from './ours.ts'
import * as raw from './raw.ts'

export type Bench = { readonly ours: Side; readonly raw: Side }

/** Either way to send texts; `invite` on one page, `join` with what it gave on the other, then `send` on either. */
export type Side = {
  invite(): Promise<string>
  join(link: string): Promise<void>
  /** Sends so many texts of 256 B and resolves with the seconds until the last one was acknowledged. */
  send(count: number): Promise<number>
}

Object.assign(globalThis, { bench: { ours, raw } satisfies Bench })
