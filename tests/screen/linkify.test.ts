import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { linkify } from '../../src/screen/linkify.ts'

const links = (text: string) => linkify(text).filter((part) => part.href)

test('an address becomes a link, and the sentence around it stays', () => {
  expect(linkify('See https://example.org/a?b=1#c, or (http://example.org/x_(y)).')).toEqual([
    { text: 'See ' },
    { text: 'https://example.org/a?b=1#c', href: 'https://example.org/a?b=1#c' },
    { text: ', or (' },
    { text: 'http://example.org/x_(y)', href: 'http://example.org/x_(y)' },
    { text: ').' },
  ])
})

test('a link that leads elsewhere than it says, says where', () => {
  const hosts = (text: string) => links(text).map((part) => part.host)
  expect(hosts('https://example.org/ HTTPS://EXAMPLE.ORG:443/ http://example.org:8080')).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(hosts('https://\u0430pple.com/login')).toEqual(['xn--pple-43d.com'])
  expect(hosts('https://bank.example@evil.example/')).toEqual(['evil.example'])
  expect(hosts('https://bank.example:pass@evil.example/')).toEqual(['evil.example'])
  expect(hosts('https://ex%61mple.org/')).toEqual(['example.org'])
})

test('nothing else becomes a link', () => {
  for (const text of [
    'javascript:alert(1)',
    'JaVaScRiPt://https://x',
    'data:text/html,hi',
    'ftp://example.org',
    'https://',
    'https://[',
    'http:// example.org',
    'www.example.org',
  ]) {
    expect(
      links(text).filter((part) => !part.href?.startsWith('https://x')),
      text,
    ).toEqual([])
  }
})

test('the pieces are the text, and every link is http or https', () => {
  const bit = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.constantFrom('https://', 'http://', 'javascript:', ' ', '(', ')', '@', '.', '\u202e', '\n'),
  )
  fc.assert(
    fc.property(fc.array(bit), (bits) => {
      const text = bits.join('')
      const parts = linkify(text)
      const safe = parts.every(({ href }) => href === undefined || /^https?:$/.test(new URL(href).protocol))
      return safe && parts.map((part) => part.text).join('') === text
    }),
  )
})

test('a long text of half addresses takes no time', () => {
  const started = performance.now()
  linkify('https://' + '('.repeat(5_000) + ')'.repeat(5_000) + '.'.repeat(5_000))
  expect(performance.now() - started).toBeLessThan(2_000)
})
