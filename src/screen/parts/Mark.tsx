import { words } from '../words/index.ts'

/** The mark's two halves. Large they are about trust; small, how far a message has come. */
export function Halves(props: { state?: 'apart' | 'failed' | undefined; two?: boolean; big?: boolean }) {
  return (
    <span
      class="halves"
      data-state={props.state}
      data-two={props.two ? '' : undefined}
      data-big={props.big ? '' : undefined}
      aria-hidden="true"
    />
  )
}

export function Wordmark() {
  return (
    <svg viewBox="0 0 98 32" fill="currentColor" role="img" aria-label={words.app}>
      <path d="M7.2 9.4a6.9 6.9 0 0 0 0 13.8zM8.4 16.3a6.9 6.9 0 0 1 0 13.8z" />
      <path d="M29.2 9.4a10.35 10.35 0 0 0 0 20.7zM30.4 9.4a10.35 10.35 0 0 1 0 20.7z" />
      <path d="M44 9.4h3.6V7.2a5 5 0 0 1 5-5h1.2v7.2h6.6V7.2a5 5 0 0 1 5-5h1.2v7.2h4.2v5H66.6v15.7h-6.2V14.4h-6.6v15.7h-6.2V14.4H44z" />
      <path d="M84.4 9.4a10.35 10.35 0 0 0 0 20.7zM85.6 9.4a10.35 10.35 0 0 1 0 20.7z" />
    </svg>
  )
}
