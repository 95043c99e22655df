import { Show } from 'solid-js'
import { installsByHand } from './app-icon.ts'
import { useScreen } from './context.ts'
import { Icon } from './parts/Icon.tsx'
import { NameField } from './parts/NameField.tsx'
import { focusOnArrival } from './parts/Stage.tsx'
import { Switch } from './parts/Switch.tsx'
import { DiskRows } from './DiskRows.tsx'
import { BackupSettings } from './BackupSettings.tsx'
import { EraseSettings } from './EraseDialog.tsx'
import { LockSettings } from './LockSettings.tsx'
import { ServerSettings } from './ServerSettings.tsx'
import { words } from './words/index.ts'
import { settingsWords } from './words/settings.ts'

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
          <h2>{settingsWords.you}</h2>
          <div>
            <NameField hint={settingsWords.seenByAll} />
          </div>
        </section>
        <LockSettings />
        <section>
          <h2>{settingsWords.privacy}</h2>
          <div>
            <Switch {...settingsWords.reads} on={state.me.readReceipts} turn={(on) => actions.setReadReceipts(on)} />
          </div>
        </section>
        <ServerSettings />
        <section role="group" aria-label={settingsWords.storage}>
          <h2>{settingsWords.storage}</h2>
          <div>
            <p class="row">
              <span>
                <span>{settingsWords.kept}</span>
                <small>{state.sealed ? settingsWords.keptSealed : settingsWords.keptHow}</small>
              </span>
            </p>
            <DiskRows />
            <Show when={installsByHand}>
              <p class="hint">{settingsWords.installByHand}</p>
            </Show>
            <Show when={install()}>
              {(go) => (
                <div class="acts">
                  <button class="button" type="button" onClick={() => go()()}>
                    {settingsWords.install}
                  </button>
                </div>
              )}
            </Show>
          </div>
        </section>
        <BackupSettings />
        <EraseSettings />
        <p class="colophon">
          {settingsWords.build} <code dir="ltr">{build}</code> · {settingsWords.onDevice}
        </p>
      </div>
    </main>
  )
}
