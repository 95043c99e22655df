/** Words about the passphrase; fetched with the screens that ask for it. */
const plurals = new Intl.PluralRules('en')
const count = (n: number, one: string, other: string): string => `${n} ${plurals.select(n) === 'one' ? one : other}`

export const enLock = {
  heading: 'Lock',
  passphrase: 'Passphrase',
  repeat: 'Repeat passphrase',
  unset: 'Not set. Anyone who can use this browser, or copies this disk, can read your chats.',
  isSet: 'Set. Sotto opens here with it only, and nobody can bring your chats back without it.',
  set: 'Set a passphrase',
  change: 'Change passphrase',
  remove: 'Remove passphrase',
  notKept: 'This could not be kept, so nothing has changed. Free some space, then try again.',
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
  moment: 'A moment…',
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
  say: 'Hush.',
  lede: 'Sotto is locked. Until you unlock it, nothing of yours is on this page.',
  unlock: 'Unlock',
  wrong: (seconds: number): string =>
    `That is not the passphrase.${seconds > 0 ? ` You can try again in ${count(seconds, 'second', 'seconds')}.` : ''}`,
  early: (seconds: number): string => `You can try again in ${count(seconds, 'second', 'seconds')}.`,
  left: (tries: number): string =>
    `${count(tries, 'try is', 'tries are')} left. After ${tries === 1 ? 'it' : 'them'}, everything here is erased.`,
  failed: 'This browser could not try it. Reload, or give it more memory.',
  byPasskey: 'Unlock with a passkey',
  passkey: 'No passkey that opens this Sotto was used.',
  link: 'The link you opened is still in the address bar, and opens after that.',
  leave: 'Leave',
  erase: 'Erase everything',
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
  forgotten: 'Forgotten? Nobody can bring it back.',
}
