/** Sotto as an app on the device: the browser’s offer to install it, and the number on its icon. */
import { createEffect, createSignal, onCleanup, type Accessor } from 'solid-js'
import type { Snapshot } from '../chat/snapshot.ts'

type Offer = Event & { prompt(): Promise<unknown> }

/** Undefined until the browser offers to install this page, and after that was done. */
export function createInstall(): Accessor<(() => void) | undefined> {
  const [offer, setOffer] = createSignal<Offer>()
  const offered = (event: Event): void => {
    // Not prevented: Chromium would log that, with the address that the page was opened by, which may be a link.
    setOffer(event as Offer)
  }
  const done = (): void => {
    setOffer(undefined)
  }
  addEventListener('beforeinstallprompt', offered)
  addEventListener('appinstalled', done)
  onCleanup(() => {
    removeEventListener('beforeinstallprompt', offered)
    removeEventListener('appinstalled', done)
  })
  return () => {
    const one = offer()
    return one && (() => void one.prompt().finally(done))
  }
}

/** Safari on a phone offers nothing: there one does it by hand. Elsewhere there is no such word, and in an app it is true. */
export const installsByHand = (navigator as { readonly standalone?: boolean }).standalone === false

/** How many messages wait; where the browser has it. */
export function showBadge(state: Snapshot): void {
  const { setAppBadge } = navigator as { setAppBadge?: (count: number) => Promise<void> }
  if (!setAppBadge) return
  createEffect(() => {
    const unread = state.chats.reduce((sum, chat) => sum + chat.unread, 0)
    setAppBadge.call(navigator, unread).catch(() => undefined)
  })
}
