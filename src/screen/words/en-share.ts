/** Words of the screen on which what was shared goes to somebody; fetched with it. */
export const enShare = {
  what: 'What you shared',
  how: 'It goes into what you write to them. Nothing is sent before you press Send.',
  nobody: 'There is no chat yet that it could go to. Start one, then share it again.',
  none: {
    nothing: 'There is nothing here to send. If you shared something just now, share it once more.',
    'too-much': 'What you shared is too long for one message. Share it in parts.',
    unready:
      'Sotto was not ready on this device to take what is shared. If you shared something just now, it went to the host of this page instead.',
  },
}
