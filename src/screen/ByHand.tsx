import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from 'solid-js'
import type { HandStage, LineCause } from '../chat/snapshot.ts'
import { useScreen } from './context.ts'
import { HandGive } from './HandGive.tsx'
import { HandTake } from './HandTake.tsx'
import { Icon } from './parts/Icon.tsx'
import { focusOnArrival } from './parts/Stage.tsx'
import { words } from './words/index.ts'
import { handWords, type HandStep } from './words/hand.ts'

const RESPONDER: readonly HandStage[] = ['await-call', 'hello', 'answer', 'refusal']
const CALLER: readonly HandStage[] = ['await-hello', 'call']
const ANSWERS: readonly HandStage[] = ['answer', 'refusal', 'making']

/** So long each side looks for the other; the words say so. */
const LOOK_MS = 15_000

/** Two people without a relay: which step it is, what to give, what to take, and what the other person does now. */
export function ByHand(props: { id: string }) {
  const { state, actions, router } = useScreen()
  const reloaded = !router.moved()
  const [given, setGiven] = createSignal(false)
  const [begun, setBegun] = createSignal(false)
  const [late, setLate] = createSignal(false)
  const hand = () => (state.hand?.id === props.id ? state.hand : undefined)
  const invite = () => state.invites.find(({ id }) => id === props.id)
  const isStopped = () => state.chats.some(({ id, line }) => id === props.id && line.cause === 'stopped')
  const isJoin = () => state.joins.some(({ id }) => id === props.id)
  const stage = (): HandStage => hand()?.stage ?? (begun() ? 'over' : 'making')
  // Who joined may have given a code, and be given one instead.
  const responds = createMemo<boolean>(
    (before) => RESPONDER.includes(stage()) || (before && !CALLER.includes(stage())),
    invite() !== undefined,
  )
  const code = createMemo(() => {
    if (stage() === 'making') return undefined
    return stage() === 'await-call' ? location.href.replace(/[?#].*/, '') + (invite()?.fragment ?? '') : hand()?.code
  })
  const steps = (): readonly HandStep[] => {
    if (responds()) {
      const first = hand()?.code || !invite() ? 'hello' : 'link'
      return [first, 'take-call', ...(stage() === 'refusal' ? (['refusal'] as const) : (['answer', 'talk'] as const))]
    }
    const hello = isJoin() && stage() !== 'await-hello' ? [] : (['take-hello'] as const)
    return [...hello, 'call', 'take-answer', 'talk']
  }
  const at = createMemo(() => {
    const last = steps().length - 1
    if (!hand()) return 0
    if (stage() === 'opening') return last
    if (responds()) return ANSWERS.includes(stage()) ? 2 : Number(given())
    return stage() === 'await-hello' ? 0 : last - 2 + Number(given())
  })
  let heading!: HTMLHeadingElement
  let list: HTMLOListElement | undefined
  focusOnArrival(() => heading)
  const begin = (): void => {
    setBegun(false)
    actions.byHand({ do: 'begin', id: props.id })
  }
  onMount(() => {
    if (!isStopped() && (!hand() || stage() === 'over')) begin()
  })
  createEffect(() => hand() && setBegun(true))
  createEffect(
    on(stage, (now) => {
      setLate(false)
      if (now !== 'opening') return
      const timer = setTimeout(() => setLate(true), LOOK_MS)
      onCleanup(() => clearTimeout(timer))
    }),
  )
  createEffect(on(code, () => setGiven(false)))
  // What was pressed is gone with its step.
  createEffect(on(at, () => list?.querySelector<HTMLElement>('[aria-current] > h2')?.focus(), { defer: true }))
  return (
    <main class="stage">
      <header class="stage-head">
        <button class="tool" type="button" aria-label={words.back} onClick={() => router.go(back())}>
          <Icon name="back" mirrors />
        </button>
        <h1 ref={heading} tabindex="-1">
          {words.acts.hand}
        </h1>
      </header>
      <div class="stage-body wide">
        <p class="lede">{handWords.lede}</p>
        <Show
          when={stage() !== 'over' && !isStopped()}
          fallback={
            <>
              <p role="alert">{whyOver(isStopped() ? 'stopped' : hand()?.trouble)}</p>
              <Show
                when={isStopped()}
                fallback={
                  <button class="button primary" type="button" onClick={begin}>
                    {handWords.begin}
                  </button>
                }
              >
                <a class="button primary" href={back()}>
                  {handWords.toChat}
                </a>
              </Show>
            </>
          }
        >
          <p class="hint" role="status">
            {handWords.step(at() + 1, steps().length)}
          </p>
          <ol class="steps" ref={list}>
            <For each={steps()}>
              {(step, i) => (
                <li aria-current={i() === at() ? 'step' : undefined} data-mine={isMine(step)}>
                  <h2 tabindex="-1">{isMine(step) && i() < at() ? handWords.given : handWords.steps[step][0]}</h2>
                  <Show when={i() === at()}>
                    <p>{sayOf(step)}</p>
                    <Show when={isMine(step)}>
                      <Show when={code()} keyed fallback={handWords.making}>
                        {(text) => <HandGive code={text} onNext={step === 'refusal' ? undefined : next} />}
                      </Show>
                    </Show>
                    <Show when={step.startsWith('take')}>
                      <HandTake problem={hand()?.problem} onCode={(text) => actions.byHand({ do: 'take', text })} />
                    </Show>
                  </Show>
                  <Show when={given() && isMine(step) && i() === at() - 1}>
                    <button class="link" type="button" onClick={() => setGiven(false)}>
                      {handWords.again}
                    </button>
                  </Show>
                </li>
              )}
            </For>
          </ol>
          <p class="hint">{reloaded ? handWords.reloaded : handWords.keep}</p>
          <div class="acts">
            <button class="link" type="button" onClick={begin}>
              {handWords.begin}
            </button>
          </div>
        </Show>
      </div>
    </main>
  )

  function sayOf(step: HandStep): string {
    if (hand()?.problem === 'begun') return handWords.problems.begun
    return step === 'talk' && late() ? handWords.late : handWords.steps[step][1]
  }

  function back(): string {
    return `#/${invite() ? 'invite' : isJoin() ? 'join' : 'chat'}/${props.id}`
  }

  function next(): void {
    if (stage() === 'answer') actions.byHand({ do: 'proceed' })
    else setGiven(true)
  }
}

function whyOver(cause: LineCause | undefined): string {
  if (!cause) return handWords.over
  const { strong, rest } = words.line({ state: 'failed', cause }, 'chat', '')
  return `${strong}. ${rest}`
}

const isMine = (step: HandStep): boolean => step !== 'talk' && !step.startsWith('take')
