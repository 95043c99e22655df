/** Which functions ran, and how often: the engine itself counts, and nothing of the code is wrapped or replaced. */
import { Session } from 'node:inspector'
import type { Profiler } from 'node:inspector'

export class Work {
  readonly #calls: ReadonlyMap<string, number>

  constructor(calls: ReadonlyMap<string, number>) {
    this.#calls = calls
  }

  /** Calls of one function, by the end of its file's path and its name; of all functions of the file without a name. */
  calls(file: string, name?: string): number {
    let sum = 0
    for (const [key, count] of this.#calls) {
      const [path = '', called = ''] = key.split('#')
      if (path.endsWith(file) && called !== '' && (name === undefined || name === called)) sum += count
    }
    return sum
  }

  /** Multiplications on Curve25519, those that make a public key included. */
  get x25519(): number {
    return this.calls('/primitives.ts', 'publicKey') + this.calls('/primitives.ts', 'dh')
  }

  /** Calls of anything in the library of ML-KEM. */
  get kem(): number {
    return this.calls('/post-quantum/ml-kem.js')
  }

  /** Tags that were checked: sealed boxes (envelopes, headers), and handshake fields or bodies. */
  get tags(): { readonly boxes: number; readonly others: number } {
    return { boxes: this.calls('/primitives.ts', 'xOpen'), others: this.calls('/primitives.ts', 'aeadOpen') }
  }

  /** The names of the protocol's functions that ran. */
  get protocol(): readonly string[] {
    return [...this.#calls.keys()].flatMap((key) => /\/src\/protocol\/.*#([a-z]\w+)/i.exec(key)?.[1] ?? [])
  }
}

/** Runs `run` and counts. Must not be nested. */
export async function workOf(run: () => unknown): Promise<Work> {
  const session = new Session()
  session.connect()
  await post(session, 'Profiler.enable')
  await post(session, 'Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  try {
    await run()
    const { result } = await post<Profiler.TakePreciseCoverageReturnType>(session, 'Profiler.takePreciseCoverage')
    return new Work(counted(result))
  } finally {
    await post(session, 'Profiler.stopPreciseCoverage')
    session.disconnect()
  }
}

function counted(scripts: readonly Profiler.ScriptCoverage[]): Map<string, number> {
  const calls = new Map<string, number>()
  for (const { url, functions } of scripts)
    for (const { functionName, ranges } of functions) {
      const count = ranges[0]?.count ?? 0
      const key = `${url}#${functionName}`
      if (count > 0) calls.set(key, (calls.get(key) ?? 0) + count)
    }
  return calls
}

function post<T = object>(session: Session, method: string, parameters: object = {}): Promise<T> {
  return new Promise((resolve, reject) =>
    session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result as T))),
  )
}
