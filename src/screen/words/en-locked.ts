/** Words of the screen that a locked Sotto shows. */
import { count } from './en-numbers.ts'

export const enLocked = {
  passphrase: 'Passphrase',
  moment: 'A moment…',
  say: 'Hush.',
  lede: 'Sotto is locked. Until you unlock it, nothing of yours is on this page.',
  unlock: 'Unlock',
  wrong: (seconds: number): string => `That is not the passphrase.${seconds > 0 ? ` ${enLocked.early(seconds)}` : ''}`,
  early: (seconds: number): string => `You can try again in ${count(seconds, 'second', 'seconds')}.`,
  left: (tries: number): string =>
    `${count(tries, 'try is', 'tries are')} left. After ${tries === 1 ? 'it' : 'them'}, everything here is erased.`,
  failed: 'This browser could not try it. Reload, or give it more memory.',
  byPasskey: 'Unlock with a passkey',
  passkey: 'No passkey that opens this Sotto was used.',
  link: 'The link you opened is still in the address bar, and opens after that.',
  erase: 'Erase everything',
  forgotten: 'Forgotten? Nobody can bring it back.',
}
