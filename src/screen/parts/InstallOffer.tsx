import { createMemo, Show } from 'solid-js'
import { useScreen } from '../context.ts'
import { words } from '../words/index.ts'
import { Icon } from './Icon.tsx'
import { Notice } from './Notice.tsx'

/** Once the browser offers it, and Sotto has carried something: who has only just come knows no reason yet. */
export function InstallOffer() {
  const { state, actions, install } = useScreen()
  const inUse = createMemo<boolean>((before) => before || state.chats.some(({ last }) => last?.arrived), false)
  const offer = () => (inUse() && !state.me.installDeclined ? install() : undefined)
  return (
    <Show when={offer()}>
      {(go) => (
        <Notice strong={words.install.strong} say={words.install.say} tile={<Icon name="info" />} calm>
          <button class="link" type="button" onClick={() => go()()}>
            {words.install.go}
          </button>
          <button class="link" type="button" onClick={() => actions.declineInstall()}>
            {words.install.no}
          </button>
        </Notice>
      )}
    </Show>
  )
}
