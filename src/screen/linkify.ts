/** Web addresses in a message. The text comes from someone else: only http and https ever become a link. */

export type Part = {
  /** A piece of the message as it was written. */
  readonly text: string
  readonly href?: string
  /** Where the link really leads, if the written text does not say so: punycode, or a name before an @. */
  readonly host?: string
}

const CANDIDATE = /https?:\/\/[^\s<>"“”«»]+/gi
/** Punctuation that ends a sentence rather than an address. */
const TAIL = ".,;:!?'’…"

/** Cuts a text into plain pieces and links. The pieces together are the text, unchanged. */
export function linkify(text: string): readonly Part[] {
  const parts: Part[] = []
  let from = 0
  for (const match of text.matchAll(CANDIDATE)) {
    const written = trimmed(match[0])
    const link = linkOf(written)
    if (!link) continue
    if (match.index > from) parts.push({ text: text.slice(from, match.index) })
    parts.push(link)
    from = match.index + written.length
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}

/** Without the sentence's own punctuation; a closing bracket stays if it was opened inside the address. */
function trimmed(candidate: string): string {
  const unclosed = {
    ')': count(candidate, '(') - count(candidate, ')'),
    ']': count(candidate, '[') - count(candidate, ']'),
  }
  let end = candidate.length
  for (; end > 0; end--) {
    const last = candidate[end - 1]!
    if (last === ')' || last === ']') {
      if (unclosed[last] >= 0) break
      unclosed[last]++
    } else if (!TAIL.includes(last)) break
  }
  return candidate.slice(0, end)
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1
}

function linkOf(written: string): Part | undefined {
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined
  const said = written.replace(/^https?:\/\//i, '').toLowerCase()
  return { text: written, href: url.href, ...(said.startsWith(url.host) ? {} : { host: url.host }) }
}
