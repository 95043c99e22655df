import { children, Show, type JSX } from 'solid-js'

/** One sentence on what happened, one on what to do, and the ways to do it. */
export function Notice(props: {
  strong: string
  say: string
  tile: JSX.Element
  tone?: 'stop'
  /** Nothing happened: it may wait until one comes by. */
  calm?: boolean
  children?: JSX.Element
}) {
  const acts = children(() => props.children)
  return (
    <div class="notice" role={props.calm ? 'status' : 'alert'} data-tone={props.tone}>
      <span class="tile">{props.tile}</span>
      <strong>{props.strong}</strong>
      <p>{props.say}</p>
      <Show when={acts.toArray().length > 0}>
        <div class="acts">{acts()}</div>
      </Show>
    </div>
  )
}
