import { createSignal, onCleanup, onMount, type JSX } from 'solid-js'
import { useScreen } from '../context.ts'
import { words } from '../words/index.ts'
import { Halves, Wordmark } from './Mark.tsx'

/** Nobody wonders before; a tab that leaves when it is asked is gone by then. */
const LONG_MS = 2_000

/** Gives a heading the focus when its page was reached by going there, so that it is read first. */
export function focusOnArrival(heading: () => HTMLElement): void {
  const { router } = useScreen()
  onMount(() => {
    if (router.moved()) heading().focus({ preventScroll: true })
  })
}

/** The way home. The address may say `#/` already, while a link is being talked about. */
export function HomeMark() {
  const { router } = useScreen()
  const goHome = (event: Event): void => {
    event.preventDefault()
    router.go('#/')
  }
  return (
    <a class="wordmark" href="#/" onClick={goHome}>
      <Wordmark />
    </a>
  )
}

type Said = { readonly say: string; readonly lede: string; readonly calm?: boolean; readonly children?: JSX.Element }

/** A page that says why something ends here, and what to do. `calm`: nothing is wrong. */
export function EndStage(props: Said) {
  let page!: HTMLElement
  focusOnArrival(() => page.querySelector('h1') ?? page)
  return (
    <main class="stage" ref={page}>
      <header class="stage-head">
        <HomeMark />
      </header>
      <Says {...props} />
    </main>
  )
}

/** The same for when there is no app around it. */
export function PlainStage(props: Said) {
  return (
    <main class="stage">
      <header class="stage-head">
        <span class="wordmark">
          <Wordmark />
        </span>
      </header>
      <Says {...props} />
    </main>
  )
}

function Says(props: Said) {
  return (
    <div class="stage-body">
      <div class="says" role={props.calm ? undefined : 'alert'}>
        <Halves state={props.calm ? 'apart' : 'failed'} two={props.calm ?? false} big />
        <h1 class="say" tabindex="-1">
          {props.say}
        </h1>
        <p class="lede">{props.lede}</p>
      </div>
      {props.children}
    </div>
  )
}

/** Before anything is known; the same as what the empty page shows. */
export function Opening() {
  return (
    <main class="opening">
      <h1 class="unseen">{words.app}</h1>
      <Halves state="apart" />
      <Slow />
    </main>
  )
}

/** After a while: what may keep this tab from starting. */
export function Slow() {
  const [long, setLong] = createSignal(false)
  const timer = setTimeout(() => setLong(true), LONG_MS)
  onCleanup(() => clearTimeout(timer))
  return (
    <p class="lede slow" role="status">
      {long() ? words.slow : ''}
    </p>
  )
}
