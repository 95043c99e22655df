/** Breadth-first search of a small model: every state that any order of its moves can reach. States are plain data. */
export type Move<S> = { readonly name: string; readonly to: S }

export type Explored<S> = {
  readonly states: number
  /** The shortest way to a state that breaks the invariant, if there is one. */
  readonly broken: readonly string[] | undefined
  /** A state from which no sequence of moves reaches the goal, if there is one. */
  readonly stuck: S | undefined
}

export function explore<S>(
  start: S,
  movesOf: (state: S) => readonly Move<S>[],
  holds: (state: S) => boolean,
  goal: (state: S) => boolean,
  limit = 500_000,
): Explored<S> {
  const seen = new Map<string, { state: S; from?: string; by?: string }>([[key(start), { state: start }]])
  const back = new Map<string, string[]>()
  const queue = [key(start)]
  for (let i = 0; i < queue.length; i++) {
    const at = queue[i]!
    const { state } = seen.get(at)!
    if (!holds(state)) return { states: seen.size, broken: path(seen, at), stuck: undefined }
    for (const move of movesOf(state)) {
      const next = key(move.to)
      back.set(next, [...(back.get(next) ?? []), at])
      if (seen.has(next)) continue
      if (seen.size >= limit) throw new Error('the model is larger than its limit')
      seen.set(next, { state: move.to, from: at, by: move.name })
      queue.push(next)
    }
  }
  return { states: seen.size, broken: undefined, stuck: stuckState(seen, back, goal) }
}

function key(state: unknown): string {
  return JSON.stringify(state)
}

function path<S>(seen: ReadonlyMap<string, { state: S; from?: string; by?: string }>, end: string): readonly string[] {
  const moves: string[] = []
  for (let at = seen.get(end); at?.from !== undefined; at = seen.get(at.from)) moves.unshift(at.by ?? '')
  return moves
}

function stuckState<S>(
  seen: ReadonlyMap<string, { state: S }>,
  back: ReadonlyMap<string, readonly string[]>,
  goal: (state: S) => boolean,
): S | undefined {
  const good = new Set([...seen].filter(([, { state }]) => goal(state)).map(([k]) => k))
  const queue = [...good]
  for (let i = 0; i < queue.length; i++) {
    for (const before of back.get(queue[i]!) ?? []) {
      if (good.has(before)) continue
      good.add(before)
      queue.push(before)
    }
  }
  return [...seen].find(([k]) => !good.has(k))?.[1].state
}
