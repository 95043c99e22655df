import type { Line, LineCause } from '../../chat/snapshot.ts'
import { inLtr, named } from './names.ts'

/** Where a line is shown: the same cause asks for another next step. */
export type LinePlace = 'chat' | 'invite' | 'join'

/** A way on, shown as a link after the words. */
export type LineAct = 'retry' | 'settings' | 'start' | 'recover' | 'stop' | 'hand'

export type LineWords = { readonly strong: string; readonly rest: string; readonly acts?: readonly LineAct[] }

type Speak = (place: LinePlace, name: string, line: Line) => LineWords

const Who = (name: string): string => named(name, 'This person')
const them = (name: string): string => named(name, 'them')
const whose = (name: string): string => (name ? `${inLtr(name)}’s` : 'the other one')

/** The state and its cause in bold, then the next step. */
export function enLine(line: Line, place: LinePlace, name: string): LineWords {
  const speak = line.cause ? CAUSES[line.cause] : STATES[line.state]
  return speak(place, name, line)
}

const CAUSES: Record<LineCause, Speak> = {
  'link-unopened': () => ({
    strong: 'Waiting for the link to be opened',
    rest: 'Keep this page open. The chat begins by itself.',
  }),
  'link-unfinished': () => ({
    strong: 'Someone opened your link but did not finish',
    rest: 'They may still be on their way. If nothing comes, withdraw this link and make a new one.',
    acts: ['start'],
  }),
  absent: (_, name) => ({
    strong: `${Who(name)} is not here now`,
    rest: 'What you write waits on this device and leaves as soon as you are both here.',
  }),
  'inviter-absent': (_, __, line) =>
    line.state === 'failed'
      ? {
          strong: 'The person who made this link is not here',
          rest: 'Ask them to open Sotto and keep it open, then try again.',
          acts: ['retry'],
        }
      : {
          strong: 'The person who made this link is not here yet',
          rest: 'Ask them to open Sotto and keep it open. The chat begins by itself.',
        },
  looking: (place, name) =>
    place === 'join'
      ? { strong: 'Looking for the person who sent the link…', rest: 'keep this page open' }
      : place === 'invite'
        ? { strong: 'Reaching the relay…', rest: 'the link can be sent already' }
        : { strong: `Looking for ${them(name)}…`, rest: 'keep writing' },
  found: (place, name) => ({
    strong: 'Opening a line…',
    rest: place === 'chat' ? `found ${them(name)}` : 'found each other',
  }),
  lost: (_, name) => ({ strong: `Line lost, finding ${them(name)}…`, rest: 'nothing is lost' }),
  networks: () => ({
    strong: 'Your two networks keep you apart',
    rest: 'Not even the relay server (TURN) helped. Test it in Settings, or try another network, such as a phone’s hotspot.',
    acts: ['retry', 'settings'],
  }),
  'needs-turn': () => ({
    strong: 'Your two networks keep you apart',
    rest: 'Try another network, such as a phone’s hotspot, or add a relay server (TURN) in Settings.',
    acts: ['retry', 'settings'],
  }),
  'no-relay': () => ({
    strong: 'No relay can be reached',
    rest: 'They may be blocked or down. Try again, or pass the codes yourselves.',
    acts: ['retry', 'hand'],
  }),
  'no-relay-named': (place) =>
    place === 'invite'
      ? { strong: 'This page names no relay', rest: 'Choose one of the three ways above, before you send the link.' }
      : {
          strong: 'This page names no relay',
          rest: 'Pass the codes yourselves, or write down a relay in Settings.',
          acts: ['hand', 'settings'],
        },
  'turn-refused': () => ({
    strong: 'Your relay server refused its password',
    rest: 'Check the ICE servers in Settings and test them there.',
    acts: ['settings'],
  }),
  'nowhere-to-hide': (place) => ({
    strong: 'No TURN server to hide behind',
    rest: `Hiding your IP address takes one that works. Add or test one in Settings, or stop hiding${place === 'chat' ? ', there or in the menu of the chat' : ''}.`,
    acts: ['settings'],
  }),
  'no-webrtc': () => ({
    strong: 'This browser cannot connect to others',
    rest: 'WebRTC is switched off. Switch it on, or use another browser.',
  }),
  stopped: () => ({
    strong: 'Sotto has stopped sending',
    rest: 'The safety numbers differed, or you said stop. Compare them, or leave this chat.',
  }),
  continued: (_, name) => ({
    strong: 'You let it go on',
    rest: `${Who(name)} has ten minutes to continue, too.`,
  }),
  restored: (_, name) => ({
    strong: `This device or ${whose(name)} went back to an older copy`,
    rest: 'A restored backup or a copied device does this. If you both know why, continue on both sides, and agree anew on messages that disappear. If not, stop.',
    acts: ['recover', 'stop'],
  }),
  'storage-full': () => ({
    strong: 'This device is full',
    rest: 'New messages cannot be kept, so Sotto has paused the line. Free some space, then try again.',
    acts: ['retry'],
  }),
}

const STATES: Record<Line['state'], Speak> = {
  direct: () => ({ strong: 'Direct', rest: 'no server in between' }),
  relayed: () => ({ strong: 'Through a relay', rest: 'it cannot read you' }),
  connecting: CAUSES.looking,
  waiting: (place, name, line) =>
    CAUSES[place === 'chat' ? 'absent' : place === 'invite' ? 'link-unopened' : 'inviter-absent'](place, name, line),
  offline: (place) => ({
    strong: 'You are offline',
    rest:
      place === 'chat'
        ? 'Keep writing. Everything waits here and leaves when you are back.'
        : 'Sotto goes on as soon as you are back.',
  }),
  failed: () => ({
    strong: 'No line could be opened',
    rest: 'Nothing you wrote is lost. Check the connection, then try again.',
    acts: ['retry'],
  }),
}
