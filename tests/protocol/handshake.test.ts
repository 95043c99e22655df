import { expect, test } from 'playwright/test'
import { connect, sealer, invited, known } from './help.ts'
test('smoke', () => {
  for (const c of [invited, known]) {
    const { bobs, alices } = connect(c)
    const b = sealer(bobs, 'b'),
      a = sealer(alices, 'a')
    expect(alices.open(b({ type: 'confirm', caps: 7 }))).toEqual({ type: 'confirm', caps: 7 })
    expect(bobs.open(a({ type: 'ack' }))).toEqual({ type: 'ack' })
    for (let i = 0; i < 20; i++) {
      expect(alices.open(b({ type: 'ping' }))).toEqual({ type: 'ping' })
      expect(bobs.open(a({ type: 'pong' }))).toEqual({ type: 'pong' })
    }
  }
})
