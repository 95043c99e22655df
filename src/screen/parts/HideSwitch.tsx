import { useScreen } from '../context.ts'
import { words } from '../words/index.ts'
import { Switch } from './Switch.tsx'

export function HideSwitch() {
  const { state, actions } = useScreen()
  return <Switch {...words.hide} on={state.me.hideIp} turn={(on) => actions.setHideIp(on)} />
}
