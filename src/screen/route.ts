/** Where we are, in the fragment of the address: no server sees it, and any static host serves it. */
import { createSignal, onCleanup, type Accessor } from 'solid-js'

export type Route =
  /** share: where the service worker sends the page after the share sheet of the device. */
  | { readonly at: 'home' | 'settings' | 'share' }
  /** hand: of a chat, invite or join. */
  | { readonly at: 'chat' | 'invite' | 'join' | 'hand'; readonly id: string }
  /** `#/join/…` with something that is not a local id: a link that somebody opened. */
  | { readonly at: 'link'; readonly text: string }
  /** What moves a profile here from another device. */
  | { readonly at: 'move'; readonly text: string }

/** A local id: 16 random bytes in base64url. */
const LOCAL_ID = /^[\w-]{22}$/
/** An invite is 100 characters without relays; shorter than this something is missing. Anchored: the text may be endless. */
const INVITE = /^([\w-]{90,})[^\w-]*$/

export function parseRoute(hash: string): Route {
  if (hash === '#/settings') return { at: 'settings' }
  if (hash === '#/share') return { at: 'share' }
  const [, at, rest = ''] = /^#\/(chat|invite|join|hand|move)(?:\/(.*))?$/s.exec(hash) ?? []
  if (at === undefined) return { at: 'home' }
  if (at === 'move') return { at, text: rest }
  if (LOCAL_ID.test(rest)) return { at: at as 'chat' | 'invite' | 'join' | 'hand', id: rest }
  return at === 'join' ? { at: 'link', text: rest } : { at: 'home' }
}

/** The invite in a link's text, without what a message put behind it; undefined if it cannot be one. */
export function inviteIn(text: string): string | undefined {
  return INVITE.exec(text)?.[1]
}

export type Router = {
  readonly route: Accessor<Route>
  /** Whether the person has gone anywhere since the page was opened. */
  moved(): boolean
  go(hash: string): void
  /** Goes on without a step back to where we are. */
  replace(hash: string): void
  /** Takes the fragment out of the address bar, and stays. */
  conceal(): void
}

export function createRouter(): Router {
  const [route, setRoute] = createSignal(parseRoute(location.hash))
  let moved = false
  const show = (): void => {
    moved = true
    setRoute(parseRoute(location.hash))
  }
  addEventListener('hashchange', show)
  onCleanup(() => removeEventListener('hashchange', show))
  return {
    route,
    moved: () => moved,
    go: (hash) => {
      history.pushState(null, '', hash)
      show()
    },
    replace: (hash) => {
      history.replaceState(null, '', hash)
      show()
    },
    conceal: () => history.replaceState(null, '', '#/'),
  }
}
