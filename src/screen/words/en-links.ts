/** English for links that lead nowhere: the page's title, what happened, what to do. */
import type { JoinPhase, LinkProblem } from '../../chat/snapshot.ts'

type Problem = { readonly title: string; readonly say: string; readonly lede: string }

export const linkProblems: Record<LinkProblem | 'storage', Problem> = {
  damaged: {
    title: 'This link is damaged',
    say: 'This link is damaged.',
    lede: 'Part of it was lost or changed on the way. Ask for it again.',
  },
  'newer-version': {
    title: 'A newer link',
    say: 'This link comes from a newer Sotto.',
    lede: 'Reload this page to update it, then open the link again.',
  },
  copied: {
    title: 'Made from another link',
    say: 'This link was made from another one.',
    lede: 'It holds the secret of a link that is here already, so someone else has that one too. Ask for a new link, by a way you trust.',
  },
  expired: {
    title: 'This link is too old',
    say: 'This link is too old.',
    lede: 'Links work for a day. Ask for a new one.',
  },
  own: {
    title: 'Your own link',
    say: 'This is your own link.',
    lede: 'It is for the person you send it to. Send it on, and keep Sotto open here.',
  },
  'too-many': {
    title: 'Too many chats',
    say: 'There is no room for another chat.',
    lede: 'Remove a chat, or finish a link you opened before, then open this link again. It is still in the address bar.',
  },
  storage: {
    title: 'The link could not be kept',
    say: 'This link could not be kept here.',
    lede: 'The device is full, or this browser keeps nothing. Free some space, then open the link again. It is still in the address bar.',
  },
}

export const joinEnds: Record<Exclude<JoinPhase, 'ready' | 'joining'>, Problem> = {
  used: {
    title: 'This link is used',
    say: 'This link was already opened.',
    lede: 'Each link works once. If it was not you, tell the person who sent it: someone else may have it. Ask them for a new one.',
  },
  withdrawn: {
    title: 'This link was withdrawn',
    say: 'This link was withdrawn.',
    lede: 'Ask the person who made it for a new one.',
  },
  expired: linkProblems.expired,
  declined: {
    title: 'This link was declined',
    say: 'The other side said no.',
    lede: 'Ask them for a new one.',
  },
}
