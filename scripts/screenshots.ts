import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../packages/component/test/harness/browser.ts';
import { mastercard, visa } from '../packages/server/test/harness/main-job.ts';
import { spawnOnfile } from '../packages/server/test/harness/onfile-process.ts';
import { buildComponent } from './build-component.ts';

const images = resolve(import.meta.dirname, '../docs/images');

/** A server with an empty database of its own, as after `npm start`, gone when `use` is through. */
async function withServer(use: (url: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'onfile-screenshots-'));
  const server = spawnOnfile({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error' });
  try {
    const [, url = ''] = await server.said(/^onfile ready on (\S+)$/m);
    await use(url);
  } finally {
    server.signal('SIGTERM');
    await server.ended;
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function enterCard(page: Page, number: string): Promise<void> {
  const form = page.frameLocator('iframe[title="Payment form"]');
  await form.getByLabel('Card number').pressSequentially(number);
  await form.getByLabel('Expiry date').pressSequentially('1234');
  await form.getByLabel('Security code').pressSequentially('123');
  await form.getByLabel('Name on card').pressSequentially('Dana Demo');
}

/** The demo shop with a card on file and another one entered: what the README shows first. */
async function takeDemo(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/demo?method=CREDIT_CARD`);
  await enterCard(page, visa);
  await page.frameLocator('iframe').getByRole('button', { name: 'Save card' }).click();
  await page.getByRole('button', { name: 'Replace it again' }).click();
  await enterCard(page, mastercard);
  await page.screenshot({ path: join(images, 'demo.png'), animations: 'disabled', caret: 'hide' });
}

await buildComponent();
await mkdir(images, { recursive: true });
await withServer(async (url) => {
  const browser = await launchBrowser();
  try {
    await takeDemo(await browser.newPage({ viewport: { width: 1140, height: 804 }, colorScheme: 'light' }), url);
  } finally {
    await browser.close();
  }
});
console.log(`written to ${images}`);
