/**
 * Relays that anybody may use, offered where a host names none and used after a press only. Four, of different operators: more
 * than a link can name would help nobody. They come and go: look whether they still answer before a release.
 */
export const publicRelays: readonly string[] = [
  'wss://nos.lol',
  'wss://relay.damus.io',
  'wss://relay.primal.net',
  'wss://nostr.mom',
]
