import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Whether a browser is there; where it is not, the tests of the console say so and are skipped. */
export const hasBrowser = existsSync(CHROMIUM);
export const WHY_SKIPPED = `skipped: no ${CHROMIUM} (apt-get install chromium, then npm test -- test/console)`;

/** Debian's Chromium without a screen; it speaks to nobody but the page under test. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  }); // prettier-ignore
}
