import { createSignal, Show } from 'solid-js'
import { ImportDialog } from './fetched.tsx'
import { Alerts } from './parts/Alerts.tsx'
import { Icon } from './parts/Icon.tsx'
import { Wordmark } from './parts/Mark.tsx'
import { focusOnArrival } from './parts/Stage.tsx'
import { StartButton } from './parts/StartButton.tsx'
import { words } from './words/index.ts'

/** The first visit: a poster of the mark, one sentence, one button. */
export function Poster() {
  const [importing, setImporting] = createSignal<object>()
  let heading!: HTMLHeadingElement
  focusOnArrival(() => heading)
  return (
    <main class="hero">
      <svg class="hero-art" viewBox="0 0 188 270" aria-hidden="true">
        <path class="you" d="M92 0a90 90 0 0 0 0 180z" />
        <path class="them" d="M96 90a90 90 0 0 1 0 180z" />
      </svg>
      <header class="hero-head">
        <span class="wordmark">
          <Wordmark />
        </span>
        <a class="tool" href="#/settings" aria-label={words.settings.title}>
          <Icon name="settings" />
        </a>
      </header>
      <div class="hero-body">
        <h1 class="say" ref={heading} tabindex="-1">
          {words.home.say}
        </h1>
        <p class="lede">{words.home.lede}</p>
        <div class="acts">
          <StartButton class="button primary large" />
          <button class="link" type="button" onClick={() => setImporting({})}>
            {words.importBackup}
          </button>
        </div>
        <Alerts />
      </div>
      <Show when={importing()} keyed>
        <ImportDialog onClosed={() => setImporting(undefined)} />
      </Show>
    </main>
  )
}
