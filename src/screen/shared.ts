/** What the service worker took from the share sheet of the device: a link, a text, or why there is none. */
import { inviteIn } from './route.ts'

/** As much as the service worker keeps. */
const MAX_FORM = 65_536

/** `unready`: no worker was there to take it. */
export type Shared =
  | { readonly text: string }
  | { readonly invite: string }
  | { readonly why: 'nothing' | 'too-much' | 'unready' }

/** Reads the form as the worker took it, which may be anybody's. Whatever it holds is only ever text. */
export function readShared(form: unknown): Shared {
  if (form === null) return { why: 'unready' }
  if (form === '') return { why: 'too-much' }
  if (typeof form !== 'string' || form.length > MAX_FORM) return { why: 'nothing' }
  const fields = new URLSearchParams(form)
  const [title = '', ...said] = ['title', 'text', 'url'].map((name) => plain(fields.get(name) ?? ''))
  const [only = '', ...more] = new Set(said.filter((part) => part !== ''))
  const invite = more.length === 0 ? inviteOf(only) : undefined
  if (invite !== undefined) return { invite }
  const parts = [...new Set([title, only, ...more])].filter((part) => part !== '')
  const text = parts.filter((part) => !parts.some((other) => other !== part && other.includes(part))).join('\n')
  return text === '' ? { why: 'nothing' } : { text }
}

/** Forms break their lines in a way of their own. */
function plain(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').trim()
}

/** Of a text that is one link and nothing else. */
function inviteOf(text: string): string | undefined {
  const [, rest] = /^https?:[^\s#]*#\/join\/(\S+)$/.exec(text) ?? []
  return rest === undefined ? undefined : inviteIn(rest)
}
