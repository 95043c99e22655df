/** Which chat is on the screen, and where in it: by the address, and by what somebody looked for. */
import { createEffect, createMemo, on, untrack, type Signal } from 'solid-js'
import type { Spot } from '../chat/snapshot.ts'
import type { Screen } from './context.ts'

/** The row the address names, if it is there. */
export function find<T extends { readonly id: string }>(
  { router }: Screen,
  at: 'chat' | 'invite' | 'join',
  rows: readonly T[],
): T | undefined {
  const route = router.route()
  return route.at === at || route.at === 'hand' ? rows.find((row) => row.id === route.id) : undefined
}

/** Where in a chat somebody wants to be; without a spot at its end. */
export type Wish = { readonly chatId: string; readonly spot?: Spot | undefined }

/** Opens the chat that the address names, where it is wished, and goes from a link that has become a chat to that chat. */
export function followChat(screen: Screen, [wish, setWish]: Signal<Wish | undefined>): void {
  const { state, actions, router, eyes } = screen
  const shown = createMemo(() => (state.phase === 'ready' ? find(screen, 'chat', state.chats)?.id : undefined))
  createEffect(
    on(shown, (id) => {
      // Until its log says so.
      eyes.atEnd(false)
      if (untrack(wish)?.chatId !== id) setWish(undefined)
    }),
  )
  const wished = createMemo(() => (wish()?.chatId === shown() ? wish() : undefined))
  createEffect(() => {
    const id = shown()
    if (id) actions.openChat(id, wished()?.spot)
    else actions.closeChat()
  })
  createEffect(() => {
    const route = router.route()
    if (state.phase !== 'ready' || !('id' in route) || route.at === 'chat') return
    const waits = [...state.invites, ...state.joins].some((link) => link.id === route.id)
    const chatId = state.became.find((link) => link.id === route.id)?.chatId ?? route.id
    const chat = state.chats.find(({ id }) => id === chatId)
    // By hand one goes on until there is a line.
    if (!waits && chat && (route.at !== 'hand' || chat.line.wire)) router.replace(`#/chat/${chatId}`)
  })
}
