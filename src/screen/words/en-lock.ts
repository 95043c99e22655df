/** Words about the passphrase and about erasing; fetched with the screens that ask for them. */
import { enLocked } from './en-locked.ts'
import { count } from './en-numbers.ts'

export const enLock = {
  ...enLocked,
  heading: 'Lock',
  repeat: 'Repeat passphrase',
  unset: 'Not set. Anyone who can use this browser, or copies this disk, can read your chats.',
  isSet: 'Set. Sotto opens here with it only, and nobody can bring your chats back without it.',
  set: 'Set a passphrase',
  change: 'Change passphrase',
  remove: 'Remove passphrase',
  notKept: 'This could not be kept, so nothing has changed. Try again, or reload this page first.',
  full: 'This could not be kept, so nothing has changed. Free some space, then try again.',
  taken: 'Choose another one: this one cannot be used here.',
  why: 'It seals everything Sotto keeps in this browser. Six ordinary words are strong and easy to keep in mind. If you forget it, nobody can bring your chats back.',
  older:
    'Until now the key lay open on this disk. With the passphrase everything is sealed anew, under another one, but the browser may leave old copies there for a while. Those who copied the disk before, or find one, need no passphrase for what was there until now.',
  stillOlder:
    'The passphrase is set. But something kept here is damaged, so it was not sealed anew: those who copied the disk before need no passphrase, for what comes from now on either.',
  close: 'Close',
  strength: {
    weak: (words: number): string =>
      `Weak: quickly guessed. ${count(words, 'more word makes', 'more words make')} it strong.`,
    fair: (words: number): string => `Fair. ${count(words, 'more word makes', 'more words make')} it strong.`,
    strong: 'Strong, if nobody else has said it before.',
  },
  differ: 'The two are not the same yet.',
  empty: 'Write a passphrase first.',
  notNow: 'Not now',
  save: 'Save',
  sealing: (done: number): string => `Sealing… ${Math.floor(100 * done)} %`,
  now: 'Lock now',
  nowHow: 'Closes the chats until the passphrase is given.',
  after: 'Lock by itself',
  afterHow: 'When nobody has touched this page for a while.',
  minutes: (n: number): string =>
    n === 0 ? 'Never' : n === 60 ? 'After an hour' : `After ${count(n, 'minute', 'minutes')}`,
  hidden: {
    name: 'Lock when hidden',
    hint: 'As soon as you look at another tab or app. Nothing arrives until you unlock it.',
  },
  leave: 'Leave',
  eraseHow: 'All chats and keys go from this browser. What others have stays with them.',
  eraseSay: (contacts: number): string =>
    contacts > 0
      ? `Your key, ${count(contacts, 'contact', 'contacts')} and every message go from this browser at once. Sotto keeps no copy anywhere else.`
      : 'Your key, your contacts and every message go from this browser at once. Sotto keeps no copy anywhere else.',
  traces:
    'The browser may leave traces in its files for a while. Only somebody who copies this disk could read them, and with a passphrase from the start not even they.',
  typeBefore: 'Type',
  word: 'erase',
  typeAfter: 'to go on',
  keep: 'Keep',
}
