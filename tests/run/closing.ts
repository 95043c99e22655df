import type { FullResult, Reporter, Suite } from 'playwright/types/testReporter'

/** Ends a run with the line `N passed, N failed`. */
export default class Closing implements Reporter {
  #suite: Suite | undefined
  #brokenRuns = 0 // errors outside of any test: a server that does not start, a file that does not load
  #status: FullResult['status'] = 'failed'

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite
  }

  onError(): void {
    this.#brokenRuns++
  }

  onEnd({ status }: FullResult): void {
    this.#status = status
  }

  onExit(): Promise<void> {
    const tests = this.#suite?.allTests() ?? []
    const flaky = tests.filter((test) => test.outcome() === 'flaky')
    const passed = tests.filter((test) => test.outcome() === 'expected').length + flaky.length
    const failed = tests.filter((test) => !test.ok()).length + this.#brokenRuns
    // A run that was cut short has failed, even if no test has.
    const second = flaky.map((test) => `passed only on the second try: ${test.titlePath().join(' › ')}\n`).join('')
    const closing = `${second}${passed} passed, ${failed || Number(this.#status !== 'passed')} failed\n`
    return new Promise((written) => process.stdout.write(closing, () => written()))
  }

  printsToStdio(): boolean {
    return false // another reporter shows the progress
  }
}
