/**
 * `npm run test:net`: the tests in `net-lab`, in namespaces of their own, with the real browser and coturn. Where this
 * machine does not allow that, says why and ends well: "skipped: …".
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const TOOLS = { turnserver: 'coturn', nft: 'nftables', ip: 'iproute2', conntrack: 'conntrack', openssl: 'openssl' }

process.exitCode = main()

function main(): number {
  const why = obstacle()
  if (why !== undefined) {
    process.stdout.write(`skipped: ${why}\n`)
    return 0
  }
  const env = { ...process.env, LAB: labName() }
  const run = (...command: readonly string[]) =>
    spawnSync(process.execPath, command, { stdio: 'inherit', env }).status ?? 1
  if (run('node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error') !== 0) return 1
  // The first Ctrl+C is for the tests, which end by themselves; the lab is taken down after them.
  process.on('SIGINT', () => {})
  try {
    return run('src/host/run.mjs', 'tests/run/browsers.ts', 'net', ...process.argv.slice(2))
  } finally {
    spawnSync('tests/net-lab/lab.sh', ['down'], { stdio: 'ignore', env })
  }
}

/** Namespaces are one for the whole machine: no two runs share a lab. */
function labName(): string {
  return `s${process.pid % 100_000}`
}

function obstacle(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  const missing = Object.entries(TOOLS).filter(([tool]) => !folders.some((folder) => existsSync(join(folder, tool))))
  if (missing.length > 0) return `not installed: ${missing.map(([, name]) => name).join(', ')}`
  const probe = `${labName()}-probe`
  const made = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' })
  const filtered = spawnSync('ip', ['netns', 'exec', probe, 'nft', 'add', 'table', 'ip', 'probe'], { encoding: 'utf8' })
  spawnSync('ip', ['netns', 'del', probe])
  const said = `${made.stderr}${filtered.stderr}`.trim().split('\n')[0]
  return made.status === 0 && filtered.status === 0 ? undefined : `this machine allows no namespaces (${said})`
}
