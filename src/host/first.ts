/** What of a module's place in the graph is looked at. */
type Info = { readonly isEntry: boolean; readonly importers: readonly string[] }
type Graph = { getModuleInfo(id: string): Info | null }

/**
 * Names the one file of what the page needs at once: the entry, and all that it imports other than on demand. Left to itself the
 * bundler cuts out of it what later files share, and a page would ask for the pieces only once it has read the first of them.
 */
export function makeFirstFile(name: string): (id: string, graph: Graph) => string | null {
  const known = new Map<string, boolean>()
  const isFirst = (id: string, graph: Graph): boolean => {
    const found = known.get(id)
    if (found !== undefined) return found
    // Whoever imports each other is no way to the entry.
    known.set(id, false)
    const info = graph.getModuleInfo(id)
    const is = info !== null && (info.isEntry || info.importers.some((from) => isFirst(from, graph)))
    known.set(id, is)
    return is
  }
  return (id, graph) => (isFirst(id, graph) ? name : null)
}
