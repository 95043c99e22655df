/** What a screen can see and do of an exchange by hand. */
import type { LineCause } from './snapshot.ts'

/**
 * Where an exchange by hand stands. The responder waits for a call, with a HELLO code to give first but for a fresh invite;
 * gives its answer, or a refusal that the other side's Sotto will tell of. The initiator waits for a HELLO but for a fresh
 * invite, gives its call and waits for the answer. `over`: it led to nothing, or is forgotten.
 */
export type HandStage =
  | 'await-hello'
  | 'await-call'
  | 'hello'
  | 'making'
  | 'call'
  | 'answer'
  | 'refusal'
  | 'opening'
  | 'over'

/** What is wrong with the code that was given last. `begun`: it is a first call, and the link was begun before. */
export type HandProblem =
  | 'no-code'
  | 'cut'
  | 'changed'
  | 'other-version'
  | 'own'
  | 'own-link'
  | 'other-chat'
  | 'other-step'
  | 'old'
  | 'begun'

export type HandView = {
  /** Of the invite, join or contact. */
  readonly id: string
  readonly stage: HandStage
  readonly code?: string
  readonly problem?: HandProblem
  /** What kept it from leading to a line. */
  readonly trouble?: LineCause
}

/** `take`: a code of theirs, as pasted or scanned. `proceed`: they have our answer. */
export type HandAct =
  | { readonly do: 'begin'; readonly id: string }
  | { readonly do: 'take'; readonly text: string }
  | { readonly do: 'proceed' }
