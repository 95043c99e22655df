/** Passphrases and backups: the app's storage without its screen, beside what the browser alone needs for as much. */
import { argon2id } from 'hash-wasm'
import type { Watch } from '../../../../src/chat/moving.ts'
import type { Bytes } from '../../../../src/protocol/bytes.ts'
import { makeHistory } from '../../../../src/storage/history.ts'
import { live, type Life } from '../../../large/life.ts'
import { readAndSeal, openAll, putAll } from './raw.ts'

export type Bench = typeof bench

const PASSPHRASE = 'orchard velvet nine lantern'
/** As `src/storage/kdf.ts` chooses it. */
const COST = { memorySize: 64 * 1024, iterations: 3, parallelism: 1, hashLength: 32, outputType: 'binary' } as const

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))
const sealed = makeHistory({ random, databaseName: 'sealed' })
const source = makeHistory({ random })
const silent: Watch = { progress: () => undefined, signal: new AbortController().signal }
let parts: Bytes[] = []
let targets = 0

/** Seconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1000
}

/** The same from the first word of how far it is: by then the key is derived, whose cost has nothing to do with how much there is. */
async function timedByWatch(work: (watch: Watch) => Promise<unknown>): Promise<number> {
  let from: number | undefined
  await work({ progress: () => void (from ??= performance.now()), signal: new AbortController().signal })
  return (performance.now() - (from ?? Infinity)) / 1000
}

function must<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome))
  return outcome as Extract<T, { readonly ok: true }>
}

const exported = async (watch: Watch): Promise<void> => {
  parts = []
  const sink = (part: Bytes) => Promise.resolve(void parts.push(part))
  must(await (await source.moving()).exportTo(sink, PASSPHRASE, watch))
}

const bench = {
  /** A profile under a passphrase, closed. */
  async seal(): Promise<void> {
    await sealed.claim(() => undefined)
    await sealed.changeLock({ to: 'passphrase', passphrase: PASSPHRASE })
    sealed.lock()
  },
  unlock: () =>
    timed(async () => {
      must(await sealed.unlock(PASSPHRASE))
      await sealed.claim(() => undefined)
    }).finally(() => sealed.lock()),
  derive: () => timed(() => argon2id({ password: PASSPHRASE, salt: random(16), ...COST })),

  /** A profile of a long life, open, and a backup of it. Resolves with the MiB of the file. */
  async live(life: Life): Promise<number> {
    await live(life)
    await source.claim(() => undefined)
    await exported(silent)
    return new Blob(parts).size / 2 ** 20
  },
  export: () => timedByWatch(exported),
  check: () =>
    timedByWatch(async (watch) => {
      const file = new Blob(parts)
      must(await (await source.moving()).openBackup(file, PASSPHRASE, watch))
    }),
  /** Into a database of its own, once the file is checked. */
  async restore(): Promise<number> {
    const databaseName = `restored-${targets++}`
    const target = makeHistory({ random, databaseName })
    await target.claim(() => undefined)
    const moving = await target.moving()
    const { backup } = must(await moving.openBackup(new Blob(parts), PASSPHRASE, silent))
    const took = await timed(async () => must(await moving.restore(backup, silent)))
    await target.erase()
    return took
  },
  raw: {
    export: () => timed(() => readAndSeal('sotto', parts)),
    check: () => timed(() => openAll(parts)),
    restore: () => timed(() => putAll('sotto', `raw-${targets++}`)),
  },
}

Object.assign(globalThis, { bench })
