/** Words about a move straight to another device; fetched with its screens. */
import type { MoveTrouble } from '../../chat/move-view.ts'

/** What ends a move, as it is seen from the old device. */
const away: Readonly<Record<MoveTrouble, string>> = {
  damaged: 'Make a new link.',
  newer: 'Make a new link.',
  expired: 'Nobody used the link in time. Make a new one.',
  used: 'Make a new link.',
  'no-relay': 'No relay is named here, and without one two devices cannot find each other. Use a backup instead.',
  'no-line': 'No line opened between the two. Make a new link, or use a backup instead.',
  hidden:
    'Your IP address is hidden, and there is no TURN server that could hide it. Add one in the settings, or use a backup instead.',
  'no-webrtc': 'This browser cannot open a line to another one. Use a backup instead.',
  cut: 'The line broke. The new device keeps nothing of what came; make a new link and begin again.',
  unsure:
    'The line broke before the new device could say that it has everything. Look there: if your chats are there, all of them are. If not, make a new link and begin again.',
  declined: 'Whoever opened the link gets nothing, and the link is of no use any more. Make a new one.',
  stopped: 'It was stopped. The new device keeps nothing of what came.',
  occupied: 'There are chats on the new device already, and Sotto does not mix two sets of them.',
  full: 'The new device has no room for it. Free some space there, then begin again.',
  failed: 'The new device could not keep it, or this one could not read it. Reload both pages, then begin again.',
}

/** And from the new one. */
const here: Readonly<Record<MoveTrouble, string>> = {
  ...away,
  damaged: 'A part of the link is missing or changed. Copy it once more from the other device.',
  newer: 'A newer Sotto made this link. Reload this page to get it, then open the link again.',
  expired: 'Its time is over. Make a new link on the other device.',
  used: 'Somebody opened this link before. If that was not you on this page, then the other device shows a number that is not yours: say so there, and make a new link.',
  'no-line': 'The two found each other, and no line opened between them. Try another network, or use a backup instead.',
  cut: 'The line broke, and nothing of what came is kept. Make a new link on the other device and begin again.',
  unsure: 'The line broke, and nothing of what came is kept. Make a new link on the other device and begin again.',
  declined: 'On the other device somebody said that the numbers differ. Nothing came. Make a new link there.',
  stopped: 'It was stopped, and nothing of what came is kept. Make a new link on the other device and begin again.',
  occupied:
    'There are chats in this browser already, and Sotto does not mix two sets of them. To have those of the other device, erase everything here first.',
  full: 'This device has no room for it. Free some space, then begin again with a new link.',
  failed: 'One of the two devices could not do it. Reload both pages, then begin again with a new link.',
}

export const enMove = {
  title: 'Move to a new device',
  say: 'Straight to a new device',
  how: 'Over an encrypted line between the two, without a file.',
  number: 'Number to compare',
  stop: 'Stop',
  away: {
    why: 'Open this link in a browser that has no chats yet. Your key, your contacts and every message are copied there, but for messages that disappear.',
    secret:
      'Whoever opens this link asks for all of it: send it to nobody else. It is good for 15 minutes, once, and while this window is open.',
    link: 'Move link',
    qr: 'Move QR code',
    copy: 'Copy link',
    copied: 'Copied.',
    notCopied: 'Your browser does not let us copy. Press Ctrl or Command and C.',
    notReached: 'Looking for a relay…',
    waiting: 'Waiting for the link to be opened.',
    found: 'The link was opened. A line is being made…',
    same: 'Does the new device show this number?',
    differs: 'If it shows another one, or none, somebody else opened your link.',
    others: 'Somebody else opened the link as well. They get nothing, but look twice.',
    yes: 'Yes, move everything',
    no: 'No, stop',
    going: 'Everything goes to the new device.',
    goingLede: 'Keep this page open on both. Until it is done, nothing is sent or received here.',
    progress: 'Messages on their way',
    storing: 'All of it has left. The new device looks it through and puts it away.',
    done: 'Everything is on the new device.',
    doneLede:
      'This one still has it, too; messages that disappear did not go along. Use only one of them: the people you talk with are asked once whether to go on with you, and what they say reaches one device.',
    lacking: 'Not all that is kept here could be read. What could not be read is not there either.',
    keep: 'Keep it here, too',
    ended: 'It did not get there.',
    unsure: 'It may have got there.',
    still: 'Nothing is lost: this device has everything it had.',
    back: 'Back to the chats',
    close: 'Close',
  },
  here: {
    name: 'Move here',
    title: 'Your chats can come here.',
    lede: 'All that Sotto has on your other device is copied into this browser: your key, your contacts and every message, but for those that disappear. Nothing is sent before you press Begin.',
    asked:
      'Begin only if you made this link yourself, on a device of yours: with a link of somebody else you would write in their name, and they could read it. The people you talk with are asked once whether to go on, since this looks to them like a copied device. Tell them that it was you.',
    go: 'Begin',
    notNow: 'Not now',
    looking: 'Looking for the other device…',
    silent: 'It does not answer. Is the window with the link still open there?',
    unreached: 'No relay can be reached from here. Is this device online?',
    found: 'The other device is there. A line is being made…',
    compare: 'Compare this number.',
    compareLede:
      'The other device asks whether you see it here. Say yes there only if it is the same, and nothing comes before.',
    coming: 'Your chats come here.',
    comingLede: 'Keep this page open on both devices.',
    came: (size: string): string => `${size} so far`,
    ended: 'It did not get here.',
    home: 'To the first page',
  },
  troubles: { away, here },
}
