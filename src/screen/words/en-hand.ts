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

const TAKE = 'Scan it, or have it sent to you and paste it here.'
const NOW = 'Press Continue in the same moment: the two of you look for each other for fifteen seconds.'
const ON_SCREEN = 'Take the one that is on their screen now.'

export const enHand = {
  lede: 'Without any relay, you pass the codes yourselves: camera to camera, or pasted into any app you both have.',
  step: (n: number, of: number): string => `Step ${n} of ${of}`,
  /** What each step is called, and what the other person does. */
  steps: {
    link: ['Give them the link', 'They open it, press “Connect by hand”, and get a code for you.'],
    hello: ['Give them your code', 'They press “Connect by hand”, scan or paste it, and get a code for you.'],
    call: [
      'Give them your code',
      'They press “Connect by hand”, and scan or paste it. The picture moves; let them hold still.',
    ],
    answer: ['Give them your answer', `They scan or paste it. ${NOW} In one network the line opens by itself.`],
    refusal: ['Give them your answer', 'Their code cannot be taken here. This one tells their Sotto why.'],
    'take-hello': ['Take theirs', `They press “Connect by hand”, and get a code for you. ${TAKE}`],
    'take-call': ['Take theirs', `Their screen shows a code for you. ${TAKE}`],
    'take-answer': ['Take theirs', `Their screen shows a code in answer. ${TAKE} ${NOW}`],
    talk: ['Talk', 'Looking for each other…'],
  } satisfies Record<HandStep, readonly [title: string, say: string]>,
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
  reloaded: 'This page was loaded anew, so its codes from before are worth nothing: you both begin anew.',
  over: 'This led to no line: a code took longer than a quarter of an hour, or your two networks keep you apart.',
  begin: 'Begin anew',
  problems: {
    'no-code': 'That is not a code of this screen.',
    cut: 'This code is not whole. Copy it again, from the first letter to the last.',
    changed: 'Something in this code was changed on the way. Copy it again.',
    'other-version': 'This code is from another version of Sotto. Update both, then begin anew.',
    own: `That is your own code. ${ON_SCREEN}`,
    'other-chat': `This code belongs to another chat or link. ${ON_SCREEN}`,
    'other-step': `This code is of another step. ${ON_SCREEN}`,
    old: `This code is from an earlier try. ${ON_SCREEN}`,
    begun: 'This link was begun before, so they need this code first.',
  } satisfies Record<HandProblem, string>,
}
