/**
 * Searches the models of this folder with Spin: every state that any order of their steps can reach. README.md says what each
 * of them is about. A twin lacks one rule (`-DWITHOUT_…`), and the search has to find what the rule is for.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'playwright/test'
import { missingTools } from '../run/checker.ts'

const SEARCHES = {
  'nothing bad happens': { define: [], compile: ['-DSAFETY'], search: [] },
  // No state is marked as progress, so every run that goes on for ever is an error.
  'every run ends well': { define: ['PROGRESS'], compile: ['-DNP'], search: ['-l'] },
  // A step that stays possible is taken some time.
  'renewals come about': { define: ['PROGRESS'], compile: ['-DNFAIR=3'], search: ['-a', '-f'] },
} as const
type Search = keyof typeof SEARCHES
type Model = 'invite' | 'pair-secret' | 'pairs' | 'rekey' | 'glare'

/** With the fewest states the search has to see: a model in which hardly anything can happen shows nothing. */
const MODELS: readonly (readonly [Model, Search, number, ...define: string[]])[] = [
  ['invite', 'nothing bad happens', 400_000],
  ['invite', 'every run ends well', 150_000],
  ['pair-secret', 'nothing bad happens', 100_000],
  ['pairs', 'nothing bad happens', 60_000],
  ['pairs', 'nothing bad happens', 60_000, 'MAKER_1=1'],
  ['pairs', 'nothing bad happens', 60_000, 'MAKER_2=0'],
  ['rekey', 'nothing bad happens', 2_000],
  ['rekey', 'renewals come about', 5_000],
  ['glare', 'nothing bad happens', 200_000],
  ['glare', 'every run ends well', 150_000],
]

const TWINS: readonly (readonly [Model, without: string, Search, finds: RegExp, ...define: string[]])[] = [
  ['invite', 'COMMIT_FIRST', 'nothing bad happens', /assertion violated .*accepted==/],
  ['invite', 'BINDING', 'nothing bad happens', /assertion violated .*accepted==/],
  ['invite', 'ERASING', 'nothing bad happens', /assertion violated \(contact==0\)/],
  ['invite', 'ALL_CANDIDATES', 'nothing bad happens', /assertion violated .*candidate\[contact\]/],
  ['invite', 'KEEPING_THE_JOIN', 'nothing bad happens', /assertion violated .*contact==0/],
  ['invite', 'TAKING_AGAIN', 'every run ends well', /non-progress cycle/],
  ['pair-secret', 'BOTH', 'nothing bad happens', /assertion violated .*current==older/],
  ['pair-secret', 'ABANDONING', 'nothing bad happens', /assertion violated .*current==older/],
  ['pair-secret', 'ENDING_OTHERS', 'nothing bad happens', /assertion violated .*current==older/],
  ['pair-secret', 'NEW_NONCES', 'nothing bad happens', /assertion violated .*psk\[n\]==older/],
  ['pairs', 'ADDING', 'nothing bad happens', /assertion violated .*confirmed\[0\]/],
  ['pairs', 'TOPIC', 'nothing bad happens', /assertion violated .*confirmed\[0\]/],
  ['pairs', 'ABANDONING', 'nothing bad happens', /assertion violated .*confirmed\[0\]/, 'MAKER_2=0'],
  ['pairs', 'ENDING_JOINS', 'nothing bad happens', /assertion violated .*confirmed\[0\]/],
  ['rekey', 'WAITING', 'nothing bad happens', /assertion violated rSpoken/],
  ['rekey', 'READING_ON', 'nothing bad happens', /assertion violated .*keys==iKeys/],
  ['rekey', 'OVERLAP', 'nothing bad happens', /assertion violated .*keys==iKeys/],
  ['rekey', 'ONE_AT_A_TIME', 'nothing bad happens', /assertion violated .*rOffered==/],
  ['rekey', 'SWITCHING', 'renewals come about', /acceptance cycle/],
  ['glare', 'ROLES', 'every run ends well', /non-progress cycle/],
  ['glare', 'TRYING_AGAIN', 'every run ends well', /non-progress cycle/],
  ['glare', 'ONE_USE', 'nothing bad happens', /assertion violated .*taken\[n\]/],
  ['glare', 'REPLACING', 'nothing bad happens', /assertion violated .*answerer\[i\]/],
]

/** What pan, the program that Spin makes of a model, has to say. */
function searched(model: Model, search: Search, define: readonly string[]): string {
  expect(missingTools, 'not on the path').toEqual([])
  const options = SEARCHES[search]
  const folder = mkdtempSync(join(tmpdir(), 'sotto-model-'))
  const run = (command: string, ...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, words, { cwd: folder, encoding: 'utf8', timeout: 150_000 })
    expect(status, `${command}\n${stdout}${stderr}`).toBe(0)
    return stdout
  }
  try {
    const defines = [...options.define, ...define].map((name) => `-D${name}`)
    run('spin', ...defines, '-a', fileURLToPath(new URL(`${model}.pml`, import.meta.url)))
    // Compiling for speed takes longer than it saves.
    run('gcc', '-w', '-DNOREDUCE', ...options.compile, '-o', 'pan', 'pan.c')
    return run(join(folder, 'pan'), ...options.search, '-m200000', '-w20')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Statements of the model that no run came to. */
function unreached(said: string): readonly string[] {
  const lines = [...said.matchAll(/^\t.*:\d+, state \d+, "(.*)"$/gm)]
  return lines.filter(([, statement]) => statement !== '-end-').map(([line]) => line.trim())
}

for (const [model, search, fewest, ...define] of MODELS) {
  test(`${[model, ...define].join(' ')}: ${search}`, () => {
    const said = searched(model, search, define)
    expect(said).toMatch(/errors: 0$/m)
    expect(said).not.toMatch(/not completed|too small|out of memory/i)
    expect(Number(/([\d.e+]+) states, stored/.exec(said)?.[1])).toBeGreaterThan(fewest)
    expect(unreached(said)).toEqual([])
  })
}

for (const [model, without, search, finds, ...define] of TWINS) {
  test(`${model} without ${without.toLowerCase().replaceAll('_', ' ')}: the search finds the fault`, () => {
    const said = searched(model, search, [`WITHOUT_${without}`, ...define])
    expect(said).toMatch(/errors: [1-9]\d*$/m)
    expect(said).toMatch(finds)
  })
}
