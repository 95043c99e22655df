/** Handshake patterns as data, for the published Noise vectors: the tables of revision 34 §7.4, §7.5 and appendix 18.1. */
import type { Pattern, Token } from '../../src/protocol/noise.ts'

/** Messages as in the spec, `→` first; `K…` and `…K` have pre-messages. */
const BASE: Readonly<Record<string, string>> = {
  N: 'e es',
  K: 'e es ss',
  X: 'e es s ss',
  NN: 'e / e ee',
  NK: 'e es / e ee',
  NX: 'e / e ee s es',
  KN: 'e / e ee se',
  KK: 'e es ss / e ee se',
  KX: 'e / e ee se s es',
  XN: 'e / e ee / s se',
  XK: 'e es / e ee / s se',
  XX: 'e / e ee s es / s se',
  IN: 'e s / e ee se',
  IK: 'e es s ss / e ee se',
  IX: 'e s / e ee se s es',
  NK1: 'e / e ee es',
  NX1: 'e / e ee s / es',
  X1N: 'e / e ee / s / se',
  X1K: 'e es / e ee / s / se',
  XK1: 'e / e ee es / s se',
  X1K1: 'e / e ee es / s / se',
  X1X: 'e / e ee s es / s / se',
  XX1: 'e / e ee s / es s se',
  X1X1: 'e / e ee s / es s / se',
  K1N: 'e / e ee / se',
  K1K: 'e es / e ee / se',
  KK1: 'e / e ee se es',
  K1K1: 'e / e ee es / se',
  K1X: 'e / e ee s es / se',
  KX1: 'e / e ee se s / es',
  K1X1: 'e / e ee s / se es',
  I1N: 'e s / e ee / se',
  I1K: 'e es s / e ee / se',
  IK1: 'e s / e ee se es',
  I1K1: 'e s / e ee es / se',
  I1X: 'e s / e ee s es / se',
  IX1: 'e s / e ee se s / es',
  I1X1: 'e s / e ee s / se es',
}

/** The pattern of a protocol name such as `Noise_IKpsk0+psk2_25519_ChaChaPoly_SHA256`. */
export function patternOf(protocolName: string): Pattern {
  const [, handshake = ''] = protocolName.split('_')
  const [, name = '', modifiers = ''] = /^([A-Z0-9]+)(.*)$/.exec(handshake) ?? []
  const base = BASE[name]
  if (base === undefined) throw new Error(`no such pattern: ${name}`)
  const messages = base.split(' / ').map((line) => line.split(' ') as Token[])
  for (const modifier of modifiers.split('+').filter(Boolean)) applyPsk(messages, modifier)
  // One-way patterns have a known recipient; otherwise the letters stand for initiator and responder.
  const letters = name.replaceAll('1', '')
  const known =
    letters.length === 1
      ? { initiator: letters === 'K', responder: true }
      : { initiator: letters[0] === 'K', responder: letters[1] === 'K' }
  return { protocolName, known, messages }
}

/** §9.4: psk0 stands before the first message's tokens, pskN after those of message N. */
function applyPsk(messages: Token[][], modifier: string): void {
  const at = Number(/^psk(\d)$/.exec(modifier)?.[1])
  if (at === 0) messages[0]!.unshift('psk')
  else messages[at - 1]!.push('psk')
}
