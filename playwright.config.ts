import { register } from 'node:module'
import { defineConfig, devices } from 'playwright/test'
import { missingTools } from './tests/run/checker.ts'
import { chromiumLaunch, firefoxLaunch } from './tests/run/engines.ts'

// Takes effect where a test asks for it, see quick-x25519.ts.
register('./tests/run/quick-x25519-hook.mjs', import.meta.url)

const port = process.env['PORT'] ?? '4173'
const baseURL = `http://localhost:${port}/`

// Unit tests need no site, so several such runs can go on beside each other; the lab serves it inside its hosts.
const asked = process.argv.flatMap((argument) => /^--project=(.*)/.exec(argument)?.[1] ?? [])
const needsSite = asked.length === 0 || asked.some((project) => project !== 'unit' && project !== 'net')

// Where the machine must have everything, what is missing is a failure.
const withoutModels = missingTools.length > 0 && !process.env['CI']

// Else every page of every test would have the whole site kept.
const serviceWorkers = 'block' as const
const chromium = { baseURL, serviceWorkers, browserName: 'chromium', launchOptions: chromiumLaunch } as const

export default defineConfig({
  testDir: 'tests',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // Most tests of browsers wait for somebody most of the time: one more than there are cores.
  workers: 3,
  // Shared machines stall now and then; what needed a second try is named at the end.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: !!process.env['CI'],
  reporter: [['list'], ['./tests/run/closing.ts']],
  projects: [
    // Properties and models compute for long where the cores are shared.
    {
      name: 'unit',
      testMatch: '**/*.test.ts',
      testIgnore: withoutModels ? '**/spin.test.ts' : [],
      fullyParallel: true,
      timeout: 180_000,
    },
    {
      name: 'chromium',
      testMatch: 'e2e/**/*.spec.ts',
      testIgnore: ['**/*.phone.spec.ts', '**/*.firefox.spec.ts'],
      use: chromium,
    },
    {
      name: 'phone',
      testMatch: 'e2e/**/*.spec.ts',
      grep: /@phone|\.phone\.spec\.ts/,
      use: { ...devices['Pixel 7'], ...chromium },
    },
    ...(firefoxLaunch
      ? [
          {
            name: 'firefox',
            testMatch: 'e2e/**/*.spec.ts',
            grep: /@firefox|\.firefox\.spec\.ts/,
            use: { baseURL, serviceWorkers, browserName: 'firefox' as const, launchOptions: firefoxLaunch },
          },
        ]
      : []),
    // Only by `npm run test:net`: makes networks, and needs root.
    ...(process.env['LAB'] ? [{ name: 'net', testMatch: 'net-lab/**/*.spec.ts', timeout: 120_000, workers: 1 }] : []),
    { name: 'bench', testMatch: 'bench/**/*.bench.ts', timeout: 600_000, workers: 1, use: chromium },
  ],
  ...(needsSite && {
    // What people run: builds the site and serves it with its real headers.
    webServer: {
      command: 'npm start',
      url: baseURL,
      env: { PORT: port },
      reuseExistingServer: false,
      timeout: 120_000,
      gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 2_000 },
    },
  }),
})
