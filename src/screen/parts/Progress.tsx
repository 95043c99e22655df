/** How far something is, with words beside it. */
export function Progress(props: { label: string; done: number; of: number; text: string }) {
  return (
    <div class="field">
      <progress aria-label={props.label} value={props.done} max={Math.max(1, props.of)} />
      <small>{props.text}</small>
    </div>
  )
}
