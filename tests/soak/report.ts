/** A run in words. */
import type { Report } from './soak.ts'

const NAMES = {
  lost: 'lost',
  duplicated: 'duplicated',
  misordered: 'misordered',
  falselyDelivered: 'falsely delivered',
  takenBack: 'taken back',
  altered: 'altered',
} as const

const kinds = Object.keys(NAMES) as (keyof typeof NAMES)[]

export function linesOf(report: Report): readonly string[] {
  const { typed, sent, blows, findings } = report
  return [
    `${sent} messages sent; ${typed - sent} typed in the moment of death do not count`,
    `${blows.kill} kills survived, ${blows.reload} reloads, ${blows.close} closed tabs, ${blows['take over']} take-overs, ${blows.relay} restarts of the relay`,
    kinds.map((kind) => `${findings[kind].length} ${NAMES[kind]}`).join(', '),
    ...soundness(report),
  ]
}

/** Everything that must not be, by name. */
export function soundness({ findings, complaints, broken }: Report): readonly string[] {
  return [
    ...kinds.flatMap((kind) => findings[kind].map((text) => `${NAMES[kind]}: ${text}`)),
    ...complaints,
    ...(broken === undefined ? [] : [`broken off at ${broken}`]),
  ]
}
