/** The headers in the words of other web servers; `build.test.ts` has these servers read them. */
import { expect, test } from 'playwright/test'
import { caddy, nginx } from '../../src/host/recipes.ts'
import { parseHeaders } from '../../src/host/static.ts'

test('a header value in which a server would see more than text is in no recipe', () => {
  for (const value of ['$uri', 'a" b', '{env.HOME}', '\\n', '`date`']) {
    const rules = parseHeaders(`/*\n  X-Any: ${value}\n`)
    expect(() => nginx(rules), value).toThrow('No web server')
    expect(() => caddy(rules), value).toThrow('No web server')
  }
  const plain = parseHeaders("/*\n  X-Any: a 'b'; c=(d)\n")
  expect(nginx(plain)).toContain(`\nadd_header X-Any "a 'b'; c=(d)" always;\n`)
  expect(caddy(plain)).toContain(`\nheader ?X-Any "a 'b'; c=(d)"\n`)
})

test('where one path has another value than all, it has that one alone', () => {
  const rules = parseHeaders('/*\n  X-Any: all\n  X-More: more\n/one/*\n  X-Any: one\n')
  const [, block = ''] = /location \^~ \/one\/ \{\n([^}]*)/.exec(nginx(rules)) ?? []
  expect(block).toBe('  add_header X-More "more" always;\n  add_header X-Any "one" always;\n')
  expect(caddy(rules)).toContain('header ?X-Any "all"\nheader ?X-More "more"\nheader /one/* X-Any "one"\n')
})
