/** Who gets through to whom: real browsers behind real NAT boxes, and the way that the screen says it went. */
import { connected, connection, expect, messages, pressJoin, reload, startChat } from '../e2e/fixtures.ts'
import { connectionsOf } from '../e2e/wire.ts'
import { test, type Host, type Nat } from './lab.ts'
import { candidatesIn, firstMessage, hideSwitch, personIn, selectedPair } from './people.ts'

type Cell = {
  readonly name: string
  readonly nat?: readonly [Nat, Nat]
  readonly hosts?: readonly [Host, Host]
  /** What the networks do besides. */
  readonly also?: readonly string[]
  /** Absent: whichever opens first. */
  readonly path?: 'direct' | 'relayed'
}

const CELLS: readonly Cell[] = [
  { name: 'same network', hosts: ['lanC', 'lanD'], path: 'direct' },
  { name: 'cone and cone', nat: ['cone', 'cone'], path: 'direct' },
  { name: 'cone and cone, 10 % loss', nat: ['cone', 'cone'], also: ['loss', '10'] },
  { name: 'cone and symmetric', nat: ['cone', 'symmetric'], path: 'relayed' },
  { name: 'symmetric and symmetric', nat: ['symmetric', 'symmetric'], path: 'relayed' },
  { name: 'UDP blocked', nat: ['cone', 'cone'], also: ['block-udp'], path: 'relayed' },
]

const HOUSES: readonly Host[] = ['hostA', 'hostB']
const ANY = /^(direct|relayed)$/

const rows: string[] = []
test.afterAll(() => process.stdout.write(`| networks | path | first message |\n| --- | --- | --- |\n${rows.join('')}`))

/** The column of times is for people; it is bounded by the tests' own patience only. */
function note(name: string, path: string, ms?: number): void {
  rows.push(`| ${name} | ${path} | ${ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`} |\n`)
}

for (const { name, nat = ['cone', 'cone'], hosts = HOUSES, also, path } of CELLS)
  test(`${name}: they get through`, async ({ people, lab }) => {
    lab.script('calm', ...nat)
    if (also) lab.script(...also)
    const [ana, ben] = await Promise.all(hosts.map((host) => personIn(people, lab, host)))
    if (!ana || !ben) throw new Error('two people are needed')
    const ms = await firstMessage(ana, ben)
    for (const page of [ana, ben]) await expect(connection(page)).toHaveAttribute('data-state', path ?? ANY)
    // What the screen says is what the browser does.
    const said = (await connection(ana).getAttribute('data-state')) ?? ''
    const kinds = await selectedPair(ana)
    expect(kinds.includes('relay'), kinds.join()).toBe(said === 'relayed')
    note(name, said, ms)
  })

test('symmetric and symmetric without TURN: both are told that their networks keep them apart', async ({
  people,
  lab,
}) => {
  lab.script('calm', 'symmetric', 'symmetric')
  const [ana, ben] = await Promise.all([personIn(people, lab, 'hostA', false), personIn(people, lab, 'hostB', false)])
  await pressJoin(ben, await startChat(ana))
  for (const page of [ana, ben]) {
    await expect(connection(page)).toHaveAttribute('data-state', 'failed', { timeout: 50_000 })
    await expect(connection(page)).toContainText(/networks/)
  }
  note('symmetric and symmetric, no TURN', 'failed: needs TURN')
})

test('attack 66: of a hidden address nothing is sealed, and not a packet comes from it', async ({ people, lab }) => {
  lab.script('calm', 'cone', 'cone')
  const [ana, ben] = await Promise.all([personIn(people, lab, 'hostA'), personIn(people, lab, 'hostB')])
  const link = await startChat(ana)
  await hideSwitch(ana).check()
  const ms = await firstMessage(ana, ben, link)
  for (const page of [ana, ben]) await expect(connection(page)).toHaveAttribute('data-state', 'relayed')
  // What Ben's app was told is what Ana's sealed; Ana, to whom nothing is hidden, sees what there would be to see.
  const [told, seen] = await Promise.all([connectionsOf(ben), connectionsOf(ana)])
  expect(new Set(candidatesIn(told.remote))).toEqual(new Set(['relay 203.0.113.1']))
  expect(candidatesIn(seen.remote).join()).toMatch(/srflx 203\.0\.113\.12/)
  expect((await selectedPair(ana))[0]).toBe('relay')
  expect(lab.script('heard').trim()).toBe('0')
  note('cone and cone, one hides', 'relayed', ms)
})

test('attack 66: hidden from one contact: the line that shows the address ends, and no later one does', async ({
  people,
  lab,
}) => {
  lab.script('calm', 'cone', 'cone')
  const [ana, ben] = await Promise.all([personIn(people, lab, 'hostA'), personIn(people, lab, 'hostB')])
  await firstMessage(ana, ben)
  await expect(connection(ana)).toHaveAttribute('data-state', 'direct')
  const before = (await connectionsOf(ben)).remote.length
  await ana.getByRole('button', { name: 'Chat menu', exact: true }).click()
  await ana.getByRole('menuitemcheckbox', { name: 'Hide my IP address', exact: true }).click()
  await expect(connection(ana)).toHaveAttribute('data-state', 'relayed', { timeout: 30_000 })
  await expect(connection(ben)).toHaveAttribute('data-state', 'relayed')
  await reload(ana)
  await connected(ana)
  await expect(connection(ana)).toHaveAttribute('data-state', 'relayed')
  await ana.getByRole('button', { name: 'Chat menu', exact: true }).click()
  const item = ana.getByRole('menuitemcheckbox', { name: 'Hide my IP address', exact: true })
  await expect(item).toHaveAttribute('aria-checked', 'true')
  const told = candidatesIn((await connectionsOf(ben)).remote.slice(before))
  expect(new Set(told)).toEqual(new Set(['relay 203.0.113.1']))
  expect(told.length).toBeGreaterThanOrEqual(2)
  await expect(messages(ben).getByRole('article')).toHaveCount(1)
})
