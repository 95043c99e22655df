/**
 * English. Plain, short, present tense; the name of the person, never “peer” or “user”; sentence case, no exclamation
 * marks. Names come in as they are and may be empty.
 */
import { joinEnds, linkProblems } from './en-links.ts'
import { enLine } from './en-line.ts'
import { enEnds } from './en-ends.ts'
import { count, figure } from './en-numbers.ts'
import { inLtr, named } from './names.ts'

export const en = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',
  app: 'Sotto',
  title: (page: string, unread: number): string =>
    `${unread > 0 ? `(${unread}) ` : ''}${page ? `${page} · ` : ''}Sotto`,
  back: 'Back',
  close: 'Close',
  cancel: 'Cancel',
  later: 'Later',
  understood: 'Understood',
  tryAgain: 'Try again',
  today: 'Today',
  yesterday: 'Yesterday',
  someone: 'Someone',
  you: 'You',

  home: {
    say: 'Say it in a low voice.',
    lede: 'Start a chat and send the link. Once it is opened you talk, straight from your device to theirs. No account, nobody in between.',
    start: 'Start a chat',
    idle: 'Choose a chat, or start one.',
    noChats: 'No chats yet.',
    tooMany: 'Too many links are waiting already. Withdraw one of them, then start again.',
    cannotKeep: 'This device could not keep a new link. Free some space, then try again.',
  },
  list: {
    chats: 'Chats',
    invites: 'Waiting invites',
    joins: 'Links you opened',
    search: 'Search',
    unread: (n: number): string => `${n} unread`,
    verified: 'verified',
    mine: 'You:',
    timer: 'Disappearing messages',
    someoneNew: 'Someone new',
    waiting: 'Your link is waiting to be opened',
    unfinished: 'Opened, but not finished',
    ready: 'You have not joined yet',
    joining: 'Looking for the person who sent it',
    nothing: (text: string): string => `Nothing found for “${inLtr(text)}”`,
    nothingHint: 'In no name and in no message. Try fewer letters.',
    clear: 'Clear search',
  },
  share: 'Send to…',
  connection: 'Connection',
  line: enLine,
  wire: {
    details: 'Details',
    open: 'Connection details',
    notKept: 'This device could not keep that. What was there before still counts.',
  },
  acts: {
    retry: 'Try again',
    settings: 'Settings',
    start: 'Start a chat',
    recover: 'Continue',
    stop: 'Stop',
    hand: 'Connect by hand',
  },

  me: {
    name: 'Your name',
    optional: 'Optional',
    seenByOne: 'Only the person you talk to will see it.',
  },
  hide: {
    name: 'Hide my IP address',
    hint: 'Needs a TURN server: the line then goes through it, so that the other side does not see where you are. A little slower.',
  },

  invite: {
    title: 'Your link',
    heading: 'New chat',
    say: 'Send this link to one person.',
    lede: 'It works once, within a day. Whoever opens it first is the one you will talk to, so send it by a way you trust.',
    link: 'Invite link',
    qr: 'Invite QR code',
    copy: 'Copy link',
    share: 'Share link',
    withdraw: 'Withdraw link',
    copied: 'Copied. Now send it to one person.',
    notCopied: 'The browser did not let Sotto copy. It is selected: copy it from there.',
    changed: 'This is a new link, which names what you chose. One that you sent before leads nowhere.',
    onlyHere: 'This link works only on this computer, because this page comes from it.',
    withdrawn: {
      title: 'Link withdrawn',
      say: 'You took this link back.',
      lede: 'Whoever opens it is told that it no longer works.',
    },
    expired: {
      title: 'This link is too old',
      say: 'Nobody opened this link in time.',
      lede: 'Links work for a day. Start a chat to make a new one.',
    },
  },

  join: {
    title: 'You are invited',
    say: 'Someone wants to talk with you.',
    lede: 'Nothing has left this device yet. When you press Join, Sotto looks for the person who sent you the link and connects the two of you.',
    joining: 'Keep this page open. The chat begins as soon as the two of you have found each other.',
    go: 'Join chat',
    addresses: 'A direct line shows your network addresses to each other.',
    startOwn: 'Start a chat of my own',
    toOwn: 'Back to the link',
    ownEnded: 'It was used, withdrawn or is too old. Make a new one for whoever you want to talk with.',
    forget: 'Forget this link',
    ends: joinEnds,
  },
  linkProblems,

  chat: {
    menu: 'Chat menu',
    more: 'More',
    keepFor: 'How long messages stay',
    clear: 'Clear messages',
    rename: 'Rename',
    toDate: 'Go to a date',
    remove: 'Remove contact',
    safety: 'Safety number',
    log: 'Messages',
    newMark: 'New',
    message: 'Message',
    send: 'Send',
    jump: (n: number): string =>
      n > 0 ? `Jump to the newest message, ${count(n, 'new one', 'new ones')}` : 'Jump to the newest message',
    newer: 'This message needs a newer Sotto.',
    states: { queued: 'Waiting here', sent: 'Sent', delivered: 'Delivered', read: 'Read', failed: 'Not sent' },
    refused: (name: string): string => `${name ? `${inLtr(name)}’s` : 'Their'} Sotto could not read this message.`,
    sendAgain: 'Send again',
    discard: 'Delete',
    tooLong: (bytes: number, limit: number): string =>
      `This is too long for one message: ${figure(bytes)} of ${figure(limit)} bytes. Send it in parts.`,
    notKept:
      'This device could not keep the message, so it was not sent. Your words are still here: free some space, then send again.',
    ask: (name: string): string => (name ? `Is this really ${inLtr(name)}?` : 'Do you know who this is?'),
    askWhy:
      'The link was private, but links can be seen. Compare one number, side by side or on a call, and you will know.',
    compare: 'Compare now',
    leadsTo: (host: string): string => ` (${host})`,
  },
  stopped: {
    strong: 'Nothing is sent in this chat',
    say: (name: string): string =>
      `The safety numbers differed, or you said stop: someone may be between you and ${named(name, 'this person')}. Compare them, or leave this chat.`,
    compare: 'Compare safety numbers',
    leave: 'Leave this chat',
  },

  settings: { title: 'Settings' },

  importBackup: 'Import backup',

  alerts: {
    restored: 'Your chats are here',
    restoredHow: 'With your key and all messages but those that disappear.',
    seal: 'Set a passphrase for it',
    late: (name: string): string => (name ? `“${inLtr(name)}” tried your link too` : 'Someone else tried your link'),
    lateHow: (first: string): string =>
      `Each link works once, so they were turned away. If you sent it to one person only, compare the safety number with ${named(first, 'whoever came first')}.`,
    openChat: 'Open the chat',
    full: 'This device is full',
    fullHow: 'New messages cannot be kept, so Sotto has paused the line. Free some space, then try again.',
    unkept: 'This browser did not keep what came or was written',
    unkeptHow: 'Sotto has paused the line, so that nothing is lost. Try again, or reload this page.',
    damaged: 'Some of what was kept here is missing or cannot be read',
    damagedHow: 'It was changed or taken away outside of Sotto. All else works.',
    notPersisted: 'Your browser may throw these chats away',
    notPersistedHow:
      'It clears what pages keep if you stay away for seven days. Add Sotto to the home screen, and it keeps everything.',
    low: 'There is little room left',
    lowHow: (left: string): string =>
      `Sotto can keep ${left} more on this device. Free some space before it is full; until then everything goes on.`,
    config: (file: string, key: string, reason: string): string =>
      key ? `${file}: “${key}” ${reason}` : `${file} ${reason}`,
    configHow: 'Sotto goes on without it, and your chats are safe. Tell whoever runs this page.',
  },
  install: {
    strong: 'Keep Sotto at hand?',
    say: 'As an app it has a place and a window of its own. Your chats stay where they are.',
    go: 'Install',
    no: 'Not now',
  },
  update: {
    strong: 'A new version of Sotto is here',
    say: (build: string): string =>
      `Until you say so, this page goes on with the one it has.${build && ` The new one is build ${build}.`}`,
    go: 'Use it now',
  },
  ...enEnds,
}

export type Words = typeof en
