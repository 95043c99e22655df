/** What waits in the messenger's queue. */
import type { Bytes } from '../protocol/bytes.ts'
import { BATCH } from './limits.ts'
import type { Event } from './step.ts'

/** Work for the queue: an event, bytes of a channel still to be opened, or an event that must be read from disk first. */
export type Job =
  | { readonly event: Event; readonly done?: (committed: boolean) => void }
  | { readonly peer: number; readonly bytes: Bytes }
  | { readonly read: () => Promise<Event | undefined> }

/** Takes the next job. Texts to one contact that stand one behind the other become one event: one turn, one commit. */
export function takeNext(jobs: Job[]): Job | undefined {
  const job = jobs.shift()
  if (!job || !('event' in job) || job.event.type !== 'compose') return job
  const { contactId } = job.event
  const texts = [...job.event.texts]
  const waiting = [job.done]
  while (texts.length < BATCH) {
    const [next] = jobs
    if (!next || !('event' in next) || next.event.type !== 'compose' || next.event.contactId !== contactId) break
    texts.push(...next.event.texts)
    waiting.push(next.done)
    jobs.shift()
  }
  return {
    event: { type: 'compose', contactId, texts },
    done: (committed) => waiting.forEach((done) => done?.(committed)),
  }
}

/** Takes the frame at the head of the queue, if one of this channel stands there. */
export function takeFrame(jobs: Job[], peer: number): Bytes | undefined {
  const [job] = jobs
  if (!job || !('bytes' in job) || job.peer !== peer) return undefined
  jobs.shift()
  return job.bytes
}

/** Bytes of this channel that wait to be opened. */
export function waitingBytes(jobs: readonly Job[], peer: number): number {
  return jobs.reduce((sum, job) => ('bytes' in job && job.peer === peer ? sum + job.bytes.length : sum), 0)
}

/** Nothing that came over a channel is opened any more. */
export function dropFrames(jobs: Job[]): void {
  const left = jobs.filter((job) => !('bytes' in job))
  jobs.splice(0, jobs.length, ...left)
}
