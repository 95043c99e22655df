import { expect, test } from 'playwright/test'
import type { Line, LineCause } from '../../src/chat/snapshot.ts'
import { en } from '../../src/screen/words/en.ts'
import { enDisk } from '../../src/screen/words/en-disk.ts'
import { enFind } from '../../src/screen/words/en-find.ts'
import { enBackup } from '../../src/screen/words/en-backup.ts'
import { enHand } from '../../src/screen/words/en-hand.ts'
import { enKeep } from '../../src/screen/words/en-keep.ts'
import { enMove } from '../../src/screen/words/en-move.ts'
import { enTimer } from '../../src/screen/words/en-timer.ts'
import { enSafety } from '../../src/screen/words/en-safety.ts'
import { enContact, enSettings } from '../../src/screen/words/en-settings.ts'
import { enWire } from '../../src/screen/words/en-wire.ts'
import type { LinePlace } from '../../src/screen/words/en-line.ts'

const STATES: readonly Line['state'][] = ['offline', 'waiting', 'connecting', 'direct', 'relayed', 'failed']
const CAUSES: Record<LineCause, true> = {
  'link-unopened': true,
  'link-unfinished': true,
  absent: true,
  'inviter-absent': true,
  looking: true,
  found: true,
  lost: true,
  networks: true,
  'needs-turn': true,
  'turn-refused': true,
  'no-relay': true,
  'no-relay-named': true,
  'nowhere-to-hide': true,
  'no-webrtc': true,
  stopped: true,
  continued: true,
  restored: true,
  'storage-full': true,
}
const PLACES: readonly LinePlace[] = ['chat', 'invite', 'join']

/** What takes a number or a thing instead of a name. */
const COUNTED = new Set([
  'unread',
  'jump',
  'tooLong',
  'of',
  'came',
  'restored',
  'lacking',
  'title',
  'paths',
  'place',
  'result',
  'clockOff',
  'lent',
  'step',
  'lowHow',
  'count',
  'rest',
  'time',
  'expires',
  'inForce',
  'suggested',
  'offered',
  'said',
])
const BROKEN = /undefined|null|NaN|\[object|!|'|"|\s{2}| [.,]|^$/
const UNKIND = /\b(peer|user|session|error|invalid|failed|oops|sorry|please)\b/i

/** Every sentence of the catalogue that is not a line's. */
function sentences(value: unknown, name: string): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'function')
    return sentences((value as (...a: unknown[]) => unknown)(name, 'is not a list', 'too'), name)
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, v]) =>
    key === 'line' || (typeof v === 'function' && COUNTED.has(key)) ? [] : sentences(v, name),
  )
}

function lines(name: string): string[] {
  const causes = [undefined, ...(Object.keys(CAUSES) as LineCause[])]
  return PLACES.flatMap((place) =>
    STATES.flatMap((state) =>
      causes.flatMap((cause) => {
        const { strong, rest } = en.line(cause ? { state, cause } : { state }, place, name)
        return [strong, rest]
      }),
    ),
  )
}

test('everything is said plainly, to people with and without a name', () => {
  const all = ['Mira', ''].flatMap((name) => [
    ...sentences(en, name),
    ...[enBackup, enContact, enDisk, enFind, enHand, enKeep, enMove, enSafety, enSettings, enTimer, enWire].flatMap(
      (words) => sentences(words, name),
    ),
    ...lines(name),
  ])
  expect(all.length).toBeGreaterThan(500)
  expect(all.filter((text) => BROKEN.test(text) || UNKIND.test(text))).toEqual([])
})

test('what is said about disappearing messages says who, and after what time', () => {
  const { said, expires } = enTimer
  const { inForce, suggested, offered } = enKeep.timer
  const acts = (['suggest', 'agree', 'end'] as const).flatMap((act) =>
    ['Mira', ''].flatMap((name) => [true, false].map((mine) => said({ act, seconds: 3_600 }, mine, name))),
  )
  const all = [...acts, expires(300), inForce(86_400), suggested(60), offered('Mira', 60), offered('', 60)]
  expect(all.filter((text) => BROKEN.test(text) || UNKIND.test(text))).toEqual([])
  expect(acts[2]).toBe('You suggested that messages disappear after 1 hour.')
  expect(expires(300)).toBe('Disappears after 5 minutes')
})

test('a name that runs the other way does not turn the sentence around', () => {
  const line: Line = { state: 'waiting', cause: 'absent' }
  expect(en.line(line, 'chat', 'Kenji').strong).toBe('Kenji is not here now')
  expect(en.line(line, 'chat', 'ليلى').strong).toBe('\u2068ليلى\u2069 is not here now')
})

test('the state of a line without a cause is told, and claims no more than is so', () => {
  const said = (state: Line['state'], cause?: LineCause) =>
    en.line(cause ? { state, cause } : { state }, 'chat', 'Mira')
  expect(said('direct')).toMatchObject({ strong: 'Direct', rest: 'no server in between' })
  expect(said('relayed')).toMatchObject({ strong: 'Through a relay', rest: 'it cannot read you' })
  expect(said('connecting', 'found')).toMatchObject({ strong: 'Opening a line…', rest: 'found Mira' })
  expect(said('connecting', 'lost')).toMatchObject({ strong: 'Line lost, finding Mira…', rest: 'nothing is lost' })
  expect(said('offline').strong).toBe('You are offline')
  expect(said('failed', 'networks').acts).toEqual(['retry', 'settings'])
})

test('every path, address, clock and answer of a server has its words', () => {
  const { paths, place, clockOff, result } = enWire
  const wires = [true, false].map((sameNetwork) => ({ sameNetwork, shown: [] }))
  const why = ['unreachable', 'silent', 'refused', 'password', 'unusable', 'no-webrtc'] as const
  const all = [
    ...(['direct', 'relayed'] as const).flatMap((state) => wires.map((wire) => paths({ state, wire }))),
    ...(['host', 'srflx', 'prflx', 'relay'] as const).flatMap((kind) => [
      place({ kind }),
      place({ kind, address: '192.0.2.1' }),
    ]),
    ...[3, -3].map((minutes) => clockOff(minutes * 60_000)),
    result({ id: 'a', state: 'testing' }),
    result({ id: 'a', state: 'skipped' }),
    result({ id: 'a', state: 'answered', ms: 11.6 }),
    ...why.map((one) => result({ id: 'a', state: 'failed', why: one })),
  ]
  expect(all.filter((text) => BROKEN.test(text) || UNKIND.test(text))).toEqual([])
  expect(new Set(all).size).toBe(all.length - 1)
  expect(clockOff(180_000)).toContain('3 minutes slow')
  expect(result({ id: 'a', state: 'answered', ms: 11.6 })).toBe('answers in 12 ms')
})

test('numbers take their own form', () => {
  expect(en.chat.jump(0)).toBe('Jump to the newest message')
  expect(en.chat.jump(1)).toBe('Jump to the newest message, 1 new one')
  expect(en.chat.jump(3)).toBe('Jump to the newest message, 3 new ones')
  expect(en.title('Mira', 2)).toBe('(2) Mira · Sotto')
  expect(en.title('', 0)).toBe('Sotto')
  const times = [0, 3_600, 604_800, 31_536_000, 7].map(enKeep.keep.time)
  expect(times).toEqual(['Ever', '1 hour', '1 week', '1 year', '7 seconds'])
})
