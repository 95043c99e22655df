/** Words about paths, addresses and servers; fetched with what shows them. */
import type { Check, CheckFailure, Place, RelayState } from '../../chat/ports.ts'
import type { Line } from '../../chat/snapshot.ts'
import { count } from './en-numbers.ts'
import { inLtr, named } from './names.ts'

const WHERE: Record<Place['kind'], string> = {
  host: 'in this network',
  srflx: 'where the network meets the internet',
  prflx: 'where the packets come from',
  relay: 'the relay server, not a device',
}

export const enWire = {
  title: 'Connection',
  path: 'The path',
  paths: ({ state, wire }: Line): string =>
    state === 'relayed'
      ? 'Through a TURN server. It passes on what it cannot read, and sees how much and when.'
      : wire?.sameNetwork
        ? 'From device to device, inside one network.'
        : // Their TURN server looks like a device until it has been announced.
          wire?.theirs && wire.theirs.kind !== 'prflx'
          ? 'From device to device.'
          : 'From device to device, as far as this browser can tell.',
  silence: (name: string): string =>
    `${named(name, 'They')} may have closed Sotto, be offline, use other relays, or hide without a TURN server.`,
  theySee: (name: string): string => `${named(name, 'The other side')} can see`,
  youSee: 'You can see',
  place: ({ kind, address }: Place): string =>
    address === undefined
      ? `an address that the browser keeps from this page, ${WHERE[kind]}`
      : `${inLtr(address)}, ${WHERE[kind]}`,
  relays: 'Finding each other',
  noRelays: 'No relay is set: nothing can be found.',
  unused: 'No relay is in use yet.',
  relay: {
    connecting: 'being reached…',
    open: 'listening',
    mute: 'answers, but passes nothing on',
    closed: 'not reached; tried again within a minute',
    refused: 'does not serve this page',
  } satisfies Record<RelayState, string>,
  clock: 'The clock',
  clockOff: (ms: number): string =>
    `This device is ${count(Math.round(Math.abs(ms) / 60_000), 'minute', 'minutes')} ${ms > 0 ? 'slow' : 'fast'}. Sotto goes by the clock of its host; other things here may not.`,

  group: 'Connection settings',
  heading: 'Connection',
  fields: {
    relays: { name: 'Relays', hint: 'A line each. They help you find each other. They see random bytes, and when.' },
    iceServers: {
      name: 'ICE servers',
      hint: 'STUN and TURN, as a JSON list. TURN passes on what you say where no direct line is possible; it cannot read it.',
    },
  },
  lent: (urls: readonly string[]): string =>
    `While there are none of your own, the page lends these too: ${urls.map(inLtr).join(', ')}.`,
  own: 'These are yours. Leave the field empty for those of the page.',
  wrong: (name: string, reason: string): string => `${name}: ${reason}. What was there before still counts.`,
  test: 'Test connection',
  results: 'Results',
  nothingToTest: 'There is no server to test.',
  nowhereToHide:
    'Your IP address is to stay hidden, and there is no TURN server to hide behind: no line can be opened.',
  result: (check: Check): string => {
    if (check.state === 'testing') return 'being asked…'
    if (check.state === 'answered') return `answers in ${Math.round(check.ms)} ms`
    return check.state === 'failed' ? FAILURES[check.why] : 'not asked while your address is hidden.'
  },
}

const FAILURES: Record<CheckFailure, string> = {
  unreachable: 'cannot be reached from here. Is the address right, and does this network let it through?',
  silent: 'lets us in and does not answer.',
  refused: 'refuses to serve this page.',
  password: 'refused the password. Check username and credential.',
  unusable: 'is not taken by this browser. Check the address.',
  'no-webrtc': 'cannot be tried: this browser has no WebRTC.',
}
