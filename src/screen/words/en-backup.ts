/** Words about backups; fetched with the dialogs that write and read them. */
import type { BackupTrouble } from '../../chat/moving.ts'
import { count, figure } from './en-numbers.ts'

const troubles: Readonly<Record<BackupTrouble, string>> = {
  'not-backup': 'This file is not a backup of Sotto. Choose another one.',
  version: 'Another version of Sotto wrote this file. Reload this page to get the newest one, then try again.',
  'too-large': 'This file is larger than any backup. Choose another one.',
  cut: 'The end of this file is missing, or something stands behind it. Copy it once more from where you kept it.',
  passphrase: 'That is not the passphrase of this file. Try again.',
  altered: 'This file was changed or damaged after it was saved, so nothing of it was taken. Use another copy.',
  occupied:
    'There are chats in this browser already, and Sotto does not mix two sets of them. To have those of the backup, erase everything here first.',
  'other-file': 'This is another file than the one you began with. Choose that one, or start over.',
  stopped: 'Stopped.',
  full: 'This device is full. Free some space, then try again.',
  failed: 'This browser could not do it. Reload this page, then try again.',
}

export const enBackup = {
  heading: 'Backup',
  say: 'Everything in one file',
  how: 'Sealed with a passphrase: for another browser, or for the day this device is gone.',
  passphrase: 'Passphrase',
  stop: 'Stop',
  notNow: 'Not now',
  moment: 'A moment…',
  export: {
    title: 'Export backup',
    why: 'One file with your key, your contacts and every message, sealed with a passphrase of its own. Without it nobody can open the file, not even you.',
    not: 'Links that still wait, messages that disappear, and the passphrase of this browser are not in it.',
    go: 'Save file',
    progress: 'Messages saved',
    of: (done: number, of: number): string => `${figure(done)} of ${count(of, 'message', 'messages')}`,
    done: 'Saved.',
    keep: 'Whoever has this file and its passphrase can read all your chats and write in your name. Keep the two apart.',
    lacking: (n: number): string =>
      `${count(n, 'piece', 'pieces')} of what is kept here could not be read, and ${n === 1 ? 'is' : 'are'} not in the file.`,
    stopped: 'Stopped. The file was not kept.',
    failed: 'The file could not be written. Choose another place, or free some space.',
  },
  import: {
    title: 'Import backup',
    why: 'Brings back your key, your contacts and every message. From then on use them here only.',
    asked:
      'You and the people you talk with are asked once, in each chat, whether to go on, since a backup looks to them like a copied device. Tell them that it was you.',
    file: 'Backup file',
    noFile: 'Choose a file first.',
    noPassphrase: 'Write its passphrase first.',
    go: 'Restore',
    checking: 'Checking the file…',
    restored: (done: number, of: number): string => `${figure(done)} of ${count(of, 'message', 'messages')} restored`,
    erase: 'Erase everything',
  },
  part: {
    say: 'Only a part of your backup is here.',
    lede: 'It was cut short. Choose the same file again, and it goes on where it was. Until then nothing of it is used.',
    working: 'Your backup comes back.',
    workingLede: 'Keep this page open. If it is cut short, it can go on later.',
    over: 'Start over',
    overHow:
      'Takes away what came so far. If it came straight from another device, do this, then make a new link there.',
  },
  troubles,
}
