/** Takes everything of Sotto out of this browser. Fetched when somebody wants that. */
import { forgetPage } from './net/forget.ts'
import type { Erasing } from './storage/history.ts'

/**
 * False if nothing could be fetched afterwards: there is no more of it here than this page. Else the page goes to a file of
 * the host, of which a host that can (README) tells the browser to clear what it holds for this origin; and from there to
 * the first screen.
 */
export async function eraseEverything(storage: Erasing): Promise<boolean> {
  await storage.erase()
  await forgetPage()
  const { href } = new URL('erased.html', document.baseURI)
  const isThere = await fetch(href, { method: 'HEAD', cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )
  if (isThere) location.replace(href)
  return isThere
}
