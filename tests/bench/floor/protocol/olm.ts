/** The Double Ratchet of Olm (WebAssembly): two accounts, one session, as Matrix used it for a decade. */
import Olm from '@matrix-org/olm'
import wasm from '@matrix-org/olm/olm.wasm?url'
import type { Frames, Turns } from './frames.ts'

type Sealed = ReturnType<Olm.Session['encrypt']>

/** Texts in one direction. */
export async function throughOlm(count: number, text: string): Promise<Frames> {
  const { initiator, responder } = await newSession()
  const sealed: Sealed[] = []
  return {
    seal() {
      for (let i = 0; i < count; i++) sealed.push(initiator.encrypt(text))
    },
    open() {
      for (const { type, body } of sealed) responder.decrypt(type, body)
    },
  }
}

/** Texts to and fro: each one begins a turn. */
export async function turnsOfOlm(text: string): Promise<Turns> {
  const { initiator, responder } = await newSession()
  return (count) => {
    for (let i = 0; i < count; i++) {
      pass(initiator, responder, text)
      pass(responder, initiator, text)
    }
  }
}

function pass(from: Olm.Session, to: Olm.Session, text: string): void {
  const { type, body } = from.encrypt(text)
  to.decrypt(type, body)
}

async function newSession(): Promise<{ initiator: Olm.Session; responder: Olm.Session }> {
  // Its loader assigns this global, which a module may not create by assigning.
  Object.assign(globalThis, { OLM_OPTIONS: undefined })
  await Olm.init({ locateFile: () => wasm })
  const [a, b] = [new Olm.Account(), new Olm.Account()]
  a.create()
  b.create()
  b.generate_one_time_keys(1)
  const keys = JSON.parse(b.one_time_keys()) as { curve25519: Record<string, string> }
  const identity = JSON.parse(b.identity_keys()) as { curve25519: string }
  const [initiator, responder] = [new Olm.Session(), new Olm.Session()]
  initiator.create_outbound(a, identity.curve25519, Object.values(keys.curve25519)[0] ?? '')
  const { type, body } = initiator.encrypt('')
  responder.create_inbound(b, body)
  responder.decrypt(type, body)
  // Until it has heard an answer the initiator repeats its keys in every message.
  pass(responder, initiator, '')
  return { initiator, responder }
}
