import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { type Shell, startShell } from '../../server/test/harness/http-shell.ts';
import { launchBrowser, skip } from './harness/browser.ts';

describe('the reference of errors', { skip }, () => {
  let shell: Shell;
  let browser: Browser;

  before(async () => {
    [shell, browser] = await Promise.all([startShell(), launchBrowser()]);
  });
  after(async () => {
    await browser.close();
    await shell.app.close();
  });

  for (const path of ['/docs/errors?language=ru', '/docs/errors/arguments']) {
    it(`is accessible in light and dark, fits a telephone and complains of nothing: ${path}`, async () => {
      const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(shell.base + path);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const builder = new AxeBuilder({ page });
        // What has nothing to do with colours is as it was in light.
        const { violations } = await (colorScheme === 'light'
          ? builder
          : builder.withRules('color-contrast')
        ).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        assert.deepEqual(found, [], colorScheme);
      }
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }
});
