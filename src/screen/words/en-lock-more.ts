/** Words about what can be added to a passphrase. */
export const enLockMore = {
  ten: {
    name: 'Erase after ten wrong passphrases',
    hint: 'Ten in a row, and everything here is erased. It stops those who have this page. Those who copy the disk can set the count back.',
  },
  duress: {
    name: 'Duress passphrase',
    unset: 'Not set. For when somebody makes you unlock Sotto: it opens an empty one in place of yours.',
    isSet: 'Set. It opens an empty Sotto in place of yours.',
    set: 'Set a duress passphrase',
    change: 'Change duress passphrase',
    remove: 'Remove duress passphrase',
    why: 'Given on the lock screen, it opens an empty Sotto with a key of its own. Yours stays closed, and nothing that Sotto shows tells of it.',
    limits:
      'It deceives those who look at the screen. Those who copy the disk can see that something larger lies closed beside it, and from two copies, which of the two is in use. Outside of Sotto, the history of this browser may hold addresses of your chats, and the list of passkeys of this device names Sotto once for each of the two that ever had one. Each passphrase that opens one of the two sets the count of wrong ones back for both. A passkey defeats it: you can be made to touch it.',
    inside:
      'The empty one works like any other. Whoever sets a duress passphrase, removes the passphrase or erases everything in there takes yours away for good.',
    erases: {
      name: 'Erase mine when it is used',
      hint: 'Your key is overwritten before the empty one opens, and not even you can bring your chats back. An older copy of the disk may still hold it.',
    },
  },
  passkey: {
    name: 'Passkey',
    unset:
      'Not set. It unlocks Sotto without typing, by this device or a security key, and the passphrase stays. It defeats a duress passphrase: you can be made to touch it.',
    isSet:
      'Set. Whoever can use it opens your chats. The device or key has Sotto in its list of passkeys, and keeps it there until you delete it.',
    add: 'Add a passkey',
    remove: 'Remove passkey',
    none: 'No passkey was added: it was called off, or this device has none that can hold a key.',
  },
}
