/** How the tests start each browser; the paths come from `browsers.ts` through the environment. */
import type { LaunchOptions } from 'playwright/test'

const asRoot = process.getuid?.() === 0

const pathIn = (variable: string): LaunchOptions => {
  const executablePath = process.env[variable]
  return executablePath ? { executablePath } : {}
}

/** For Chromium as people have it. Without CHROMIUM_PATH Playwright takes its own. No name but this machine's resolves. */
export const wholeChromium: LaunchOptions = {
  ...pathIn('CHROMIUM_PATH'),
  args: [
    ...(asRoot ? ['--no-sandbox'] : []),
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    // mDNS names (*.local) are how WebRTC names this machine.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE *.local',
  ],
}

/** The same engine without the windows around it, where it is installed: a page costs half as much. */
export const chromiumLaunch: LaunchOptions = { ...wholeChromium, ...pathIn('CHROMIUM_SHELL_PATH') }

/** For an installed Firefox, over WebDriver BiDi; undefined where there is none. Everything but this machine is unreachable. */
export const firefoxLaunch: (LaunchOptions & { channel: string }) | undefined = process.env['FIREFOX_PATH']
  ? {
      channel: 'moz-firefox',
      executablePath: process.env['FIREFOX_PATH'],
      firefoxUserPrefs: {
        // All pages of a test are of one origin: nothing to keep apart, and no process is started for what may come.
        'fission.autostart': false,
        'dom.ipc.processPrelaunch.enabled': false,
        // A fine pointer that hovers: what the tests drive. Where no mouse is plugged in, Firefox tells pages that there is none.
        'ui.primaryPointerCapabilities': 6,
        'ui.allPointerCapabilities': 6,
        'network.proxy.type': 1,
        'network.proxy.http': '127.0.0.1',
        'network.proxy.http_port': 9,
        'network.proxy.ssl': '127.0.0.1',
        'network.proxy.ssl_port': 9,
        'network.proxy.no_proxies_on': 'localhost, 127.0.0.1, ::1',
      },
    }
  : undefined
