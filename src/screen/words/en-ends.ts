/** Words of the pages on which Sotto does not go on, or not yet. */
export const enEnds = {
  /** The rest of these words comes with the screen. */
  locked: { title: 'Locked' },
  erased: {
    say: 'Everything is erased.',
    left: 'Nothing of Sotto is left here',
    leftHow: 'All that was here is erased.',
    lede: 'Sotto could not be reached just now, so there is no more of it here than this page. Close it.',
  },
  elsewhere: {
    title: 'Open in another tab',
    say: 'Sotto is open in another tab.',
    lede: 'That one holds the line and your chats.',
    go: 'Use here',
  },
  /** This tab has been starting for a while. */
  slow: 'Still opening… If Sotto is open in another tab that is asleep, look at that tab, or close it.',
  unfetched: {
    title: 'Not all of Sotto came',
    say: 'A part of Sotto could not be fetched.',
    lede: 'The network broke off, or there is a newer version. What is kept on this device stays as it is.',
    reload: 'Reload',
  },
  noStorage: { title: 'Nothing can be kept' },
  insecure: {
    title: 'Not a safe page',
    say: 'Sotto needs a safe page.',
    lede: 'It came without encryption (http), so anyone on the way could change it. Open it with https, or on the computer that serves it.',
  },
  noRandom: {
    title: 'No safe keys here',
    say: 'This browser cannot make safe keys.',
    lede: 'Its random numbers are not random, so everything Sotto seals could be opened. Nothing was started. Use another browser or device.',
  },
  framed: {
    title: 'Inside another page',
    say: 'Sotto does not run inside another page.',
    lede: 'That page could lay things over this one, and have you press what you did not mean to. Open Sotto in a tab of its own.',
  },
}
