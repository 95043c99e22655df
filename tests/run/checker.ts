/** Which programs by others are here that some tests need. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const suffix = process.platform === 'win32' ? '.exe' : ''
/** The last one is not on everybody's path. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']

/** Where the program is. */
export function findTool(tool: string): string | undefined {
  return folders.map((folder) => join(folder, tool + suffix)).find(existsSync)
}

const missing = (tools: readonly string[]): string[] => tools.filter((tool) => findTool(tool) === undefined)

/** For the models in `tests/models`: Spin turns each into a C program, gcc compiles it. */
export const missingTools: readonly string[] = missing(['spin', 'gcc'])
/** For the lines of the README that set up web servers; each of these with a certificate by openssl. */
export const missingServers: readonly string[] = missing(['nginx', 'caddy', 'openssl'])
