import { Show } from 'solid-js'
import { installsByHand } from './app-icon.ts'
import { useScreen } from './context.ts'
import { Icon } from './parts/Icon.tsx'
import { NameField } from './parts/NameField.tsx'
import { focusOnArrival } from './parts/Stage.tsx'
import { Switch } from './parts/Switch.tsx'
import { DiskRows } from './DiskRows.tsx'
import { EraseSettings } from './EraseDialog.tsx'
import { LockSettings } from './LockSettings.tsx'
import { ServerSettings } from './ServerSettings.tsx'
import { words } from './words/index.ts'

/** A plain page with the section titles in the margin. */
export function Settings() {
  const { state, actions, build, install } = useScreen()
  let heading!: HTMLHeadingElement
  focusOnArrival(() => heading)
  return (
    <main class="main">
      <header class="bar">
        <a class="tool back" href="#/" aria-label={words.back}>
          <Icon name="back" mirrors />
        </a>
        <h1 class="bar-name" ref={heading} tabindex="-1">
          {words.settings.title}
        </h1>
      </header>
      <div class="settings">
        <section>
          <h2>{words.settings.you}</h2>
          <div>
            <NameField hint={words.me.seenByAll} />
          </div>
        </section>
        <LockSettings />
        <section>
          <h2>{words.settings.privacy}</h2>
          <div>
            <Switch {...words.reads} on={state.me.readReceipts} turn={(on) => actions.setReadReceipts(on)} />
          </div>
        </section>
        <ServerSettings />
        <section role="group" aria-label={words.settings.storage}>
          <h2>{words.settings.storage}</h2>
          <div>
            <p class="row">
              <span>
                <span>{words.settings.kept}</span>
                <small>{state.sealed ? words.settings.keptSealed : words.settings.keptHow}</small>
              </span>
            </p>
            <DiskRows />
            <Show when={installsByHand}>
              <p class="hint">{words.settings.installByHand}</p>
            </Show>
            <Show when={install()}>
              {(go) => (
                <div class="acts">
                  <button class="button" type="button" onClick={() => go()()}>
                    {words.settings.install}
                  </button>
                </div>
              )}
            </Show>
          </div>
        </section>
        <EraseSettings />
        <p class="colophon">
          {words.settings.build} <code dir="ltr">{build}</code> · {words.settings.onDevice}
        </p>
      </div>
    </main>
  )
}
