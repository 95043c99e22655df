import { createEffect, createSignal, untrack, type Accessor } from 'solid-js'
import type { LinkProblem } from '../chat/snapshot.ts'
import type { Screen } from './context.ts'
import { inviteIn, type Route } from './route.ts'

export type LinkTrouble = LinkProblem | 'storage'

/** `invite`: whose link it is, if it is one of this person's own that still waits. */
export type Found = { readonly why: LinkTrouble; readonly invite?: string | undefined }

/** With these the same link can still be opened later, so it stays in the address bar. */
const WORTH_KEEPING: readonly LinkTrouble[] = ['storage', 'too-many', 'newer-version']

/**
 * Reads a link that stands in the address bar, at the start or while the page runs. Its secret leaves the bar only when
 * it is on disk, or is known to be of no use. Says what is wrong with the link that stands there now.
 */
export function createLinkReader(screen: Pick<Screen, 'state' | 'actions' | 'router'>): Accessor<Found | undefined> {
  const { state, actions, router } = screen
  const [found, setFound] = createSignal<Found & { route: Route }>()

  const read = async (route: Route & { at: 'link' }): Promise<void> => {
    const invite = inviteIn(route.text)
    const result = invite
      ? await actions.openLink(invite).catch(() => ({ ok: false, why: 'storage' }) as const)
      : ({ ok: false, why: 'damaged' } as const)
    if (router.route() !== route) return
    if (result.ok) return router.replace(`#/${result.at}/${result.id}`)
    const own = state.invites.find(({ fragment }) => fragment === `#/join/${invite}`)
    setFound({ route, why: result.why, invite: own?.id })
    if (!WORTH_KEEPING.includes(result.why)) router.conceal()
  }
  createEffect(() => {
    const route = router.route()
    if (state.phase === 'ready' && route.at === 'link') untrack(() => void read(route))
  })
  return () => (found()?.route === router.route() ? found() : undefined)
}
