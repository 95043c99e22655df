/** English: messages that disappear, as both sides read of it in their chat. */
import type { MessageView } from '../../chat/snapshot.ts'
import { figure } from './en-numbers.ts'
import { named } from './names.ts'

const UNITS = [
  ['year', 365 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** In the largest unit that divides it. */
export function time(seconds: number): string {
  const [unit, length] = UNITS.find(([, size]) => seconds >= size && seconds % size === 0) ?? UNITS[5]
  const n = seconds / length
  return `${figure(n)} ${unit}${n === 1 ? '' : 's'}`
}

type Said = NonNullable<MessageView['timer']>

export const enTimer = {
  time,
  expires: (seconds: number): string => `Disappears after ${time(seconds)}`,
  said: ({ act, seconds }: Pick<Said, 'act' | 'seconds'>, mine: boolean, name: string): string => {
    if (act === 'suggest')
      return mine
        ? `You suggested that messages disappear after ${time(seconds)}.`
        : `${named(name, 'The other side')} suggests that messages disappear after ${time(seconds)}, here and there.`
    if (act === 'agree')
      return `${mine ? 'You' : named(name, 'The other side')} agreed: what is said from now on disappears after ${time(seconds)}.`
    // An end may come of an older copy that goes on: nobody said so then.
    return 'Disappearing messages ended: what is said from now on stays.'
  },
  agree: 'Agree',
  decline: 'Not now',
}
