/** What the share sheet of the device gave to Sotto: a link is opened, anything else goes into what is written to somebody. */
import { createSignal, type Accessor } from 'solid-js'
import type { Router } from './route.ts'
import type { Shared } from './shared.ts'

type Found = Exclude<Shared, { invite: string }>

export type Share = {
  /** Undefined until the worker has answered. */
  readonly shared: Accessor<Found | undefined>
  /** Goes to the chat with it. */
  putInto(chatId: string): void
  /** For the place where one writes to this chat: once. */
  takeFor(chatId: string): string
}

/** @param ask what the worker holds; once only, and at once, for it does not hold it for long */
export function createShare(router: Router, ask: () => Promise<unknown>): Share {
  const [shared, setShared] = createSignal<Found | undefined>({ why: 'nothing' })
  let given: { readonly to: string; readonly text: string } | undefined
  const read = async (): Promise<void> => {
    setShared(undefined)
    const [form, parts] = await Promise.all([ask(), import('./rare.ts').catch(() => undefined)])
    // Without its screen there is nowhere to show it, and the page says so.
    const found = parts?.readShared(form)
    if (!found || !('invite' in found)) setShared(found)
    else if (router.route().at === 'share') router.replace(`#/join/${found.invite}`)
  }
  if (router.route().at === 'share') void read()
  return {
    shared,
    putInto(to) {
      const found = shared()
      if (found && 'text' in found) given = { to, text: found.text }
      setShared({ why: 'nothing' })
      router.replace(`#/chat/${to}`)
    },
    takeFor(chatId) {
      if (given?.to !== chatId) return ''
      const { text } = given
      given = undefined
      return text
    },
  }
}
