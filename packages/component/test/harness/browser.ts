import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findChromium(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return named;
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const candidates = [...directories.flatMap((directory) => names.map((name) => join(directory, name))), ...places];
  return candidates.find(isExecutable) ?? null;
}

const executablePath = findChromium();

/** For `describe`: whether browser tests have to be skipped, and what would let them run. */
export const skip: string | false =
  executablePath === null && 'no Chromium was found: install it (apt-get install chromium) or set CHROMIUM_PATH to one';

const quiet = ['--disable-background-networking', '--disable-component-update', '--no-first-run', '--disable-sync'];

/** The machine's own Chromium, without a window and without traffic of its own. One is enough for a test file. */
export function launchBrowser(): Promise<Browser> {
  if (executablePath === null) throw new Error(String(skip));
  // Handled, a SIGTERM would end the browser and leave this process waiting; unhandled it ends both.
  return chromium.launch({
    executablePath,
    args: quiet,
    chromiumSandbox: process.getuid?.() !== 0,
    handleSIGTERM: false,
  });
}
