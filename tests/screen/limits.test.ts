import { expect, test } from 'playwright/test'
import { MAX_TEXT_BYTES as WIRE_TEXT_BYTES } from '../../src/protocol/message.ts'
import { MAX_NAME_BYTES } from '../../src/protocol/names.ts'
import { MAX_NAME_LENGTH, MAX_TEXT_BYTES } from '../../src/screen/limits.ts'

test('the screen knows the limits of the wire', () => {
  expect(MAX_TEXT_BYTES).toBe(WIRE_TEXT_BYTES)
  expect(MAX_NAME_LENGTH).toBe(MAX_NAME_BYTES)
})
