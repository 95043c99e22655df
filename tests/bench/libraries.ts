/**
 * Which parts of which libraries the page uses, read off the page's own sources at each run: a list kept by hand would
 * soon flatter or blame.
 */
import { build, parseSync, type Plugin } from 'vite'
import { ROOT } from './paths.ts'

/** A module that keeps everything the page imports of its libraries, and does nothing with it. */
export async function libraryModule(): Promise<string> {
  const used = new Map<string, Set<string>>()
  const add = (library: string, name: string) => used.set(library, (used.get(library) ?? new Set()).add(name))
  await build({
    configFile: `${ROOT}vite.config.ts`,
    logLevel: 'silent',
    plugins: [collector(add)],
    build: { write: false },
  })
  const lines: string[] = []
  const kept: string[] = []
  for (const [library, names] of used) {
    for (const name of names) {
      const local = `kept${kept.length}`
      if (name === LATER) kept.push(`() => import('${library}')`)
      else {
        lines.push(`import { ${name} as ${local} } from '${library}'`)
        kept.push(local)
      }
    }
  }
  return `${lines.join('\n')}\nglobalThis.libraries = [${kept.join(', ')}]\n`
}

/** Stands for a whole library that the page loads when it needs it. */
const LATER = '*'

/** Looks at our own modules as the compilers of the build leave them, with the imports they have added. */
function collector(add: (library: string, name: string) => void): Plugin {
  return {
    name: 'sotto:libraries',
    enforce: 'post',
    transform(code, id) {
      const path = id.replace(/\?.*/, '')
      if (!path.startsWith(`${ROOT}src/`) || !/\.tsx?$/.test(path)) return
      for (const { moduleRequest, entries } of parseSync(path.replace(/\.tsx?$/, '.js'), code).module.staticImports) {
        const library = moduleRequest.value
        if (/^[./\0]/.test(library)) continue
        for (const { importName, localName } of entries) {
          if (importName.kind === 'Name') add(library, importName.name ?? '')
          else if (importName.kind === 'Default') add(library, 'default')
          // Of a namespace only the members that are read stay in the bundle.
          else
            for (const [, member = ''] of code.matchAll(new RegExp(`\\b${localName.value}\\.(\\w+)`, 'g')))
              add(library, member)
        }
      }
      for (const [, library = ''] of code.matchAll(/\bimport\(["'](?![./])([^"']+)["']\)/g)) add(library, LATER)
    },
  }
}
