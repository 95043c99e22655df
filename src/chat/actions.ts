/** What a person can do, as calls: each becomes events on the messenger's queue. Decides what a link or a scan is. */
import { toBase64url, toHex } from '../protocol/bytes.ts'
import { MAX_TEXT_BYTES } from '../protocol/message.ts'
import { cleanName } from '../protocol/names.ts'
import type { PublicKey } from '../protocol/primitives.ts'
import { compareSafety, safetyNumber, safetyPayload } from '../protocol/safety.ts'
import type { EngineActions } from './front.ts'
import { openInvites, readLink } from './invitation.ts'
import { MAX_DRAFT, MAX_OPEN_INVITES } from './limits.ts'
import type { Messenger } from './messenger.ts'
import type { Clock, History, Random, Servers } from './ports.ts'
import type { Actions } from './snapshot.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The chat's side of the screen. `clock` and `random` are the messenger's own. */
export function makeActions(
  messenger: Messenger,
  deps: {
    readonly clock: Clock
    readonly random: Random
    readonly servers: Servers
    readonly history: Pick<History, 'isFree'>
  },
): EngineActions {
  let runs = 0
  const localId = (): string => toBase64url(deps.random(16))
  const tell = (event: Parameters<Messenger['dispatch']>[0]): void => void messenger.dispatch(event)
  return {
    async startChat() {
      const state = messenger.state
      if (state && openInvites(state) >= MAX_OPEN_INVITES) return { ok: false, why: 'too-many' }
      const id = localId()
      return (await messenger.dispatch({ type: 'make-link', id })) ? { ok: true, id } : { ok: false, why: 'storage' }
    },
    withdraw: (id) => tell({ type: 'withdraw', id }),
    forget: (id) => tell({ type: 'forget', id }),
    openLink: (fragment) => openLink(messenger, deps.clock, localId(), fragment),
    join: (id) => tell({ type: 'press-join', id }),
    openChat: (id, spot) => messenger.show(id, spot),
    closeChat: () => tell({ type: 'close-chat' }),
    present: (here) => tell({ type: 'present', here }),
    loadMore: (end) => messenger.showMore(end),
    async send(contactId, written) {
      const text = wellFormed(written)
      if (text.trim() === '' || encoder.encode(text).length > MAX_TEXT_BYTES) return false
      const id = toHex(deps.random(16))
      return messenger.dispatch({ type: 'compose', contactId, texts: [{ id, body: { kind: 'text', text } }] })
    },
    sendAgain: (id) => tell({ type: 'send-again', id, as: toHex(deps.random(16)) }),
    discard: (id) => tell({ type: 'discard', id }),
    deleteMessage: (id) => tell({ type: 'delete-message', id }),
    setKeepFor: (id, seconds) => messenger.dispatch({ type: 'keep-for', id, seconds }),
    setTimer: (id, act) => messenger.dispatch({ type: 'timer', id, act }),
    clearChat: (id) => tell({ type: 'clear-chat', id }),
    setDraft: (id, draft) => tell({ type: 'contact', id, change: { draft: draft.slice(0, MAX_DRAFT) } }),
    setName: (name) => tell({ type: 'profile', change: { name: cleanName(name) } }),
    setReadReceipts: (readReceipts) => messenger.dispatch({ type: 'profile', change: { readReceipts } }),
    setAutoLock: (change) => messenger.dispatch({ type: 'profile', change }),
    declineInstall: () => tell({ type: 'profile', change: { installDeclined: true } }),
    setHideIp: (hideIp) => messenger.dispatch({ type: 'profile', change: { hideIp } }),
    async setServers(kind, text) {
      const read = text.trim() === '' ? { value: {} } : deps.servers.read(kind, text)
      if ('reason' in read) return { ok: false, reason: read.reason }
      return { ok: await messenger.dispatch({ type: 'servers', own: { [kind]: undefined, ...read.value } }) }
    },
    async testConnection() {
      const run = ++runs
      // Behind whatever was written a moment ago: that is what is to be tried.
      await messenger.dispatch({ type: 'checks', run })
      const { state } = messenger
      if (!state) return
      const relayOnly = state.profile.hideIp || state.settings.relayOnly
      deps.servers.probe({ ...state.settings, relayOnly }, (checks) => tell({ type: 'checks', run, checks }))
    },
    setContactHideIp: (id, hideIp) => tell({ type: 'hide-from', id, hideIp }),
    rename: (id, petname) => tell({ type: 'contact', id, change: { petname: cleanName(petname) } }),
    removeContact: (id) => tell({ type: 'remove-contact', id }),
    retry(link) {
      tell({ type: 'nudge', link })
      messenger.nudge()
    },
    byHand: (act) => tell({ type: 'hand', act }),
    safety(id) {
      const keys = keysOf(messenger, id)
      return keys && { digits: safetyNumber(...keys), payload: safetyPayload(...keys) }
    },
    markVerified: (id, verified) => tell({ type: 'verify', id, verified }),
    async scanned(id, payload) {
      const keys = keysOf(messenger, id)
      if (!keys) return 'unreadable'
      const outcome = compareSafety(payload, ...keys)
      if (outcome === 'match') await messenger.dispatch({ type: 'verify', id, verified: true })
      if (outcome === 'mismatch') await messenger.dispatch({ type: 'stop', id })
      return outcome
    },
    letRecover: (id) => tell({ type: 'recover', id }),
    stop: (id) => tell({ type: 'stop', id }),
    dismissHint: (id) => tell({ type: 'contact', id, change: { hintDismissed: true } }),
    dismissAlert: (id) => tell({ type: 'dismiss-alert', id }),
    takeOver: () => messenger.start(),
    async comeBack() {
      if (!messenger.state && (await deps.history.isFree())) await messenger.start()
    },
  }
}

/** Halves of characters and U+0000, which no message may hold, become U+FFFD as everywhere on the web: here, so that both sides read the same. */
function wellFormed(text: string): string {
  return decoder.decode(encoder.encode(text)).replaceAll('\0', '\uFFFD')
}

function keysOf(messenger: Messenger, contactId: string): [PublicKey, PublicKey] | undefined {
  const state = messenger.state
  const contact = state?.contacts.get(contactId)
  return state && contact ? [state.keys.public, contact.key as PublicKey] : undefined
}

async function openLink(
  messenger: Messenger,
  clock: Clock,
  freshId: string,
  text: string,
): ReturnType<Actions['openLink']> {
  const state = messenger.state
  if (!state) return { ok: false, why: 'storage' }
  const fragment = text.replace(/^.*#\/join\//s, '')
  const reading = readLink(state, fragment, freshId, clock.now())
  if (!reading.ok || !reading.fresh) return reading
  const stored = await messenger.dispatch({ type: 'store-join', id: freshId, fragment })
  return stored ? reading : { ok: false, why: 'storage' }
}
