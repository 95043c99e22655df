/** Web servers by others, set up as the README says: its own lines, with nothing changed but names of places. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'playwright/test'
import { findTool } from '../run/checker.ts'
import { ask } from './https.ts'

export type WebServer = {
  readonly name: string
  readonly program: string
  /** Its whole configuration around the lines of the README, and how it is started. */
  readonly set: (place: Place) => { readonly file: string; readonly config: string; readonly args: readonly string[] }
}

type Place = { readonly folder: string; readonly port: number; readonly lines: (changes: Changes) => string }
type Changes = Readonly<Record<string, string>>

const SERVERS: readonly WebServer[] = [
  {
    name: 'nginx',
    program: 'nginx',
    set: ({ folder, port, lines }) => ({
      file: 'nginx.conf',
      config: [
        // Else the worker is somebody who may not look into this folder.
        process.getuid?.() === 0 ? 'user root;' : '',
        `worker_processes 1; pid ${folder}/nginx.pid; error_log stderr; events {}`,
        'http { include /etc/nginx/mime.types; access_log off;',
        ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((part) => `${part}_temp_path ${folder}/${part};`),
        lines({ 'listen 443 ssl': `listen 127.0.0.1:${port} ssl` }),
        '}',
      ].join('\n'),
      args: ['-p', folder, '-c', 'nginx.conf', '-g', 'daemon off;'],
    }),
  },
  {
    name: 'Caddy',
    program: 'caddy',
    set: ({ folder, port, lines }) => ({
      file: 'Caddyfile',
      config: [
        '{\n admin off\n auto_https disable_redirects\n}',
        // It gets a certificate by itself, which needs a name that the world knows.
        lines({ 'chat.example.org {': `https://localhost:${port} {\n tls ${folder}/cert.pem ${folder}/key.pem` }),
      ].join('\n'),
      args: ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'],
    }),
  },
]

/** Those that can be tried here; `tests/run/browsers.ts` says which cannot. */
export const webServers: readonly WebServer[] = SERVERS.filter(
  ({ program }) => findTool(program) !== undefined && findTool('openssl') !== undefined,
)

export type Running = { readonly port: number; stop(): Promise<void> }

/** @param relay address of the relay behind it */
export async function startServer(
  server: WebServer,
  { dist, folder, relay }: { dist: string; folder: string; relay: string },
): Promise<Running> {
  mkdirSync(folder, { recursive: true })
  makeCertificate(folder)
  const port = await freePort()
  const places = {
    '/srv/sotto': dist,
    '127.0.0.1:4174': relay,
    ...(server.name === 'nginx' && {
      '/etc/ssl/chat.pem': join(folder, 'cert.pem'),
      '/etc/ssl/chat.key': join(folder, 'key.pem'),
    }),
  }
  const lines = (changes: Changes) => changed(readmeLines(server.name), { ...places, ...changes })
  const { file, config, args } = server.set({ folder, port, lines })
  writeFileSync(join(folder, file), config)
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const child = spawn(findTool(server.program) ?? '', args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  const stop = async (): Promise<void> => {
    child.kill()
    await ended
  }
  try {
    await Promise.race([answers(port), ended.then(() => Promise.reject(new Error(`${server.name} ended: ${said}`)))])
  } catch (error) {
    await stop()
    throw error
  }
  return { port, stop }
}

/** The code block of the README in this server's language. */
function readmeLines(name: string): string {
  const block = new RegExp(`\`\`\`${name.toLowerCase()}\n([^]*?)\`\`\``).exec(readFileSync('README.md', 'utf8'))?.[1]
  if (block === undefined) throw new Error(`The README has no recipe for ${name}.`)
  return block
}

function changed(text: string, changes: Changes): string {
  return Object.entries(changes).reduce((lines, [from, to]) => {
    if (!lines.includes(from)) throw new Error(`The recipe has no ${from}.`)
    return lines.replaceAll(from, to)
  }, text)
}

function makeCertificate(folder: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync('openssl', ['req', '-x509', '-days', '1', ...key, ...subject, ...files], { stdio: 'ignore' })
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found(port))
    })
  })
}

async function answers(port: number): Promise<void> {
  const isUp = () =>
    ask(port, '/').then(
      () => true,
      () => false,
    )
  await expect.poll(isUp).toBe(true)
}
