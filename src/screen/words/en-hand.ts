/** Words of the screen on which two people pass the codes themselves; fetched with it. */
import type { HandProblem } from '../../chat/snapshot.ts'

export type HandStep =
  | 'link'
  | 'hello'
  | 'call'
  | 'answer'
  | 'refusal'
  | 'take-hello'
  | 'take-call'
  | 'take-answer'
  | 'talk'

const TAKE = 'Scan it, or paste it here.'
const NOW = 'Press Continue in the same moment: you both look for fifteen seconds.'
const ON_SCREEN = 'Take the one on their screen now.'

export const enHand = {
  lede: 'Without any relay, you pass the codes yourselves, by camera or in any app you both have.',
  step: (n: number, of: number): string => `Step ${n} of ${of}`,
  /** What each step is called, and what the other person does. */
  steps: {
    link: ['Give them the link', 'They open it, press “Connect by hand”, and get a code for you.'],
    hello: ['Give them your code', 'They press “Connect by hand”, scan or paste it, and get a code for you.'],
    call: ['Give them your code', 'They press “Connect by hand”, and scan or paste it.'],
    answer: ['Give them your answer', `They scan or paste it. ${NOW} In one network the line opens by itself.`],
    refusal: ['Tell them why not', 'Theirs cannot be taken. They scan or paste this one, and their page says why.'],
    'take-hello': ['Take theirs', `They press “Connect by hand”, and get a code for you. ${TAKE}`],
    'take-call': ['Take theirs', `Their screen shows a code for you. ${TAKE}`],
    'take-answer': ['Take theirs', `Their screen shows a code for you. ${TAKE} ${NOW}`],
    talk: ['Talk', 'Looking for each other…'],
  } satisfies Record<HandStep, readonly [title: string, say: string]>,
  /** Fifteen seconds later. */
  late: 'Fifteen seconds are over. A few more, in case they pressed Continue later than you.',
  toChat: 'Back to the chat',
  given: 'They have your code',
  again: 'Show it again',
  making: 'Making your code…',
  yours: 'Your code',
  qr: 'Your code as QR',
  copy: 'Copy',
  theirs: 'Their code',
  next: 'Continue',
  looking: 'Hold their screen up to the camera.',
  progress: (n: number, of: number): string => `${n} of ${of}`,
  keep: 'Keep this page open: loaded anew, you both begin anew.',
  reloaded: 'This page was loaded anew, so you both begin anew.',
  over: 'No line: a code took longer than fifteen minutes, or your networks keep you apart.',
  begin: 'Begin anew',
  problems: {
    'no-code': 'That is not a Sotto code.',
    cut: 'This code is not whole. Copy it again, from first to last.',
    changed: 'This code was changed on the way. Copy it again.',
    'other-version': 'This code is from another version of Sotto. Update both.',
    own: `That is your own code. ${ON_SCREEN}`,
    'own-link': 'That is your own link. They open it, and then their screen shows a code for you.',
    'other-chat': `This code belongs to another chat or link. ${ON_SCREEN}`,
    'other-step': `This code is of another step. ${ON_SCREEN}`,
    old: `This code is from an earlier try. ${ON_SCREEN} If it is that one, they took an old one of yours: both begin anew.`,
    begun: 'Begun before: they need this code first.',
  } satisfies Record<HandProblem, string>,
}
