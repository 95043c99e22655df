import type { Screen } from './context.ts'
import type { LinkTrouble } from './link-reader.ts'
import { words } from './words/index.ts'

/** The page's title: where we are, and before it how much is unread. No names: browsers keep titles in their history. */
export function titleOf(screen: Screen, trouble: LinkTrouble | undefined): string {
  const { state } = screen
  const unread = state.chats.reduce((sum, chat) => sum + chat.unread, 0)
  if (state.phase === 'locked') return words.title(words.locked.title, 0)
  if (['erased', 'restoring', 'blocked', 'newer', 'cleared', 'full'].includes(state.phase)) return words.title('', 0)
  if (state.phase === 'elsewhere') return words.title(words.elsewhere.title, 0)
  if (state.phase === 'no-storage') return words.title(words.noStorage.title, 0)
  if (state.phase === 'unfetched') return words.title(words.unfetched.title, 0)
  return words.title(trouble ? words.linkProblems[trouble].title : pageOf(screen), unread)
}

function pageOf({ state, router }: Screen): string {
  const route = router.route()
  if (route.at === 'settings') return words.settings.title
  if (route.at === 'share') return words.share
  if (route.at === 'chat') return state.chats.some((c) => c.id === route.id) ? words.chat.log : ''
  if (route.at === 'hand') return words.acts.hand
  if (route.at === 'invite') {
    const invite = state.invites.find((i) => i.id === route.id)
    if (!invite) return ''
    return invite.state === 'withdrawn' || invite.state === 'expired'
      ? words.invite[invite.state].title
      : words.invite.title
  }
  const join = route.at === 'join' ? state.joins.find((j) => j.id === route.id) : undefined
  if (!join) return ''
  return join.phase === 'ready' || join.phase === 'joining' ? words.join.title : words.join.ends[join.phase].title
}
