import { request } from 'node:https'
import type { IncomingHttpHeaders } from 'node:http'

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

/** Over TLS with a certificate that nobody vouches for. `form`: posted. */
export function ask(
  port: number,
  path: string,
  more: Readonly<Record<string, string>> = {},
  form?: string,
): Promise<Answer> {
  const method = form === undefined ? 'GET' : 'POST'
  return new Promise((answered, failed) => {
    const options = { method, host: '127.0.0.1', servername: 'localhost', port, path, rejectUnauthorized: false }
    request({ ...options, headers: { host: `localhost:${port}`, ...more }, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (part: string) => (body += part))
      response.on('end', () => answered({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
      .on('error', failed)
      .end(form)
  })
}
