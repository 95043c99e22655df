/** Words for a page whose host names no relay; fetched with the screens that say them. */
export const enRelay = {
  heading: 'This page names no relay.',
  lede: 'A relay is where two devices find each other. Until there is one, nobody who opens your link finds you. There are three ways.',
  lend: 'Public relays',
  lendWhy:
    'Run by others, for anybody. Each sees your network address, when you look for somebody, and from where you are answered; never a name, or a word you write.',
  lendOpen: 'Show them',
  lendTake: 'Use these relays',
  own: 'A relay of your own',
  ownWhy: 'Or one that somebody you trust runs.',
  address: 'Relay address',
  take: 'Use it',
  none: 'No relay at all',
  noneWhy: 'You pass the codes yourselves, each time you meet.',
  named: 'Your link names what you choose, so the other person is not asked.',
}
