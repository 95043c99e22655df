/** Words about what the browser keeps; fetched with the screens that say so. */
export const enDisk = {
  kept: 'The browser has promised to keep them',
  keptHow: 'It clears nothing by itself, also when this device runs out of room.',
  unkept: 'The browser may clear them',
  unkeptHow: 'It has not promised to keep them, and may make room when this device is full.',
  week: 'Safari clears what pages keep if you stay away for seven days: add Sotto to the home screen, and it keeps everything.',
  ask: 'Ask the browser to keep it',
  refused: 'It did not promise. Ask again once you have used Sotto for some days, or installed it.',
  used: 'Room',
  usedOf: (used: string, quota: string): string => `${used} of ${quota}`,
  enough: 'There is enough.',
  none: {
    say: 'This browser keeps nothing for this page.',
    lede: 'Private windows and strict settings do that. Open Sotto in an ordinary window, or allow this page to keep data.',
    link: 'Your link is still in the address bar.',
  },
  blocked: {
    say: 'An older Sotto is still open.',
    lede: 'There is a new version, and a tab with the one before keeps your chats open in this browser. Close that tab: this one goes on by itself.',
  },
  newer: {
    say: 'A newer Sotto was here.',
    lede: 'It has kept your chats in its own way, which this older page cannot read. Nothing is lost. Load the newer one.',
    go: 'Load the newer one',
  },
  cleared: {
    say: 'What was kept here was cleared.',
    lede: 'Somebody cleared the data of this page, or the browser did. Your key, your contacts and every message are gone from this browser, and nothing more is kept. What others have stays with them.',
    go: 'Start anew',
  },
  full: {
    say: 'This device is full.',
    lede: 'Sotto needs a little room to open what it keeps here, or to begin. What is there stays as it is. Free some space on this device, then try again.',
    go: 'Try again',
  },
  low: 'This is nearly full. Free some space on this device, so that new messages can be kept.',
}
