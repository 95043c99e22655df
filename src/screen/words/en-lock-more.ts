/** Words about what can be added to a passphrase. */
export const enLockMore = {
  ten: {
    name: 'Erase after ten wrong passphrases',
    hint: 'Ten in a row, and everything here is erased. It stops those who have this page. Those who copy the disk can try as often as they like.',
  },
}
