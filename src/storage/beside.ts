/** Workers beside the page, each a file of the site. */

type Rules = { createScriptURL(url: string): string }
type Policies = { createPolicy(name: string, rules: Rules): { createScriptURL(url: string): unknown } }
let policy: ReturnType<Policies['createPolicy']> | undefined

/** What the build made, and nothing else, is turned into the address of a script. */
const known = new Set<string>()

/** Undefined where there can be none: a page that is one file has no other beside it. `load`: an import with `?worker&url`. */
export async function startWorker(load: () => Promise<{ readonly default: string }>): Promise<Worker | undefined> {
  if (import.meta.env.MODE === 'single') return undefined
  const { default: url } = await load()
  known.add(url)
  const { trustedTypes } = globalThis as { readonly trustedTypes?: Policies }
  policy ??= trustedTypes?.createPolicy('kdf', { createScriptURL: (asked) => (known.has(asked) ? asked : '') })
  try {
    return new Worker((policy?.createScriptURL(url) ?? url) as string, { type: 'module' })
  } catch {
    return undefined
  }
}
