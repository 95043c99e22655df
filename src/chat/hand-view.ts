/** What a screen may see of an exchange by hand; apart from the rest, since the first screen has none. */
import { handAttempt } from './handshaking.ts'
import type { HandStage, HandView, Snapshot } from './snapshot.ts'
import { IDLE_LINK } from './state.ts'
import type { Hand, State } from './state.ts'
import { troubleOf, viewOf } from './view.ts'

export function wholeViewOf(state: State, now: number): Snapshot {
  const hand = handView(state)
  return hand ? { ...viewOf(state, now), hand } : viewOf(state, now)
}

function handView({ hand, ...state }: State): HandView | undefined {
  if (!hand) return undefined
  const { link: id, code, problem } = hand
  const trouble = troubleOf(state.links.get(id) ?? IDLE_LINK, state.settings)
  return {
    id,
    stage: stageOf(hand, state),
    ...(code ? { code: code.text } : {}),
    ...(problem ? { problem } : {}),
    ...(trouble ? { trouble } : {}),
  }
}

function stageOf({ link, awaits, code }: Hand, state: State): HandStage {
  const attempt = handAttempt(state, link)
  if (!attempt && code?.refusal) return 'refusal'
  if (!attempt) return awaits === 'call' && code ? 'hello' : awaits ? `await-${awaits}` : 'over'
  if (attempt.phase === 'gathering') return 'making'
  if (attempt.phase === 'calling') return 'call'
  return attempt.role === 'responder' && attempt.held ? 'answer' : 'opening'
}
