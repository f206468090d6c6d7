import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { startSession } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import { type HostSite, startHostSite } from './harness/host-site.ts';
import {
  initWidget,
  openShop,
  openShopPage,
  paymentFrames,
  type Shop,
  toldBy,
  waitUntilTold,
  widgetConfig,
} from './harness/shop.ts';

let shop: Shop;
/** A site that the tenant does not allow. */
let evil: HostSite;

const publicIdOf = (token: string): string => token.slice(4, token.lastIndexOf('_'));
const frameUrl = (token: string): string => `${shop.server.url}/component/v1/frame/${publicIdOf(token)}`;

/** Offers a port to a window, as the loader does, and answers what came through it within a second. */
const offerPort = `
  window.offerPort = (target, origin, init) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const heard = [];
    port1.onmessage = ({ data }) => {
      heard.push(data);
      if (data.type === 'connected' && init) port1.postMessage({ v: 1, type: 'init', given: init });
    };
    target.postMessage({ v: 1, type: 'connect' }, origin, [port2]);
    setTimeout(() => resolve(heard), 1000);
  });
`;

const withLoader = (html: string): string => `<script src="${shop.server.url}/component/v1/widget.js"></script>${html}`;

/** Whether the form's page itself, not the browser's own page of refusal, stands in some frame. */
async function isFormShown(page: Page): Promise<boolean> {
  const shown = await Promise.all(
    paymentFrames(page).map((frame) =>
      frame.evaluate(() => document.querySelector('main') !== null).catch(() => false),
    ),
  );
  return shown.includes(true);
}

describe('a hostile page', { skip }, () => {
  before(async () => {
    shop = await openShop();
    evil = await startHostSite();
  });
  after(async () => {
    await shop.stop();
    await evil.stop();
  });

  it('cannot embed the form on a site that is not allowed', async () => {
    const page = await shop.browser.newPage();
    await page.goto(evil.put('/embed', `<iframe src="${frameUrl(await shop.session())}"></iframe>`));
    assert.equal(await isFormShown(page), false);
    await page.goto(evil.put('/init', withLoader('<div id="payment"></div>')));
    const code = await page.evaluate(
      (config) =>
        new Promise((resolve) => {
          (window as any).paymentWidget.init({ ...config, onError: (error: any) => resolve(error.code) });
        }),
      widgetConfig(await shop.session()),
    );
    assert.equal(code, 'upc.error.frame.unreachable');
    await page.close();
  });

  it('cannot embed it by way of an allowed site in between', async () => {
    const url = frameUrl(await shop.session());
    const between = shop.site.put('/between', `<iframe src="${url}"></iframe>`);
    const page = await shop.browser.newPage();
    await page.goto(between);
    assert.equal(await isFormShown(page), true);
    await page.goto(evil.put('/around', `<iframe src="${between}"></iframe>`));
    assert.equal(await isFormShown(page), false);
    await page.close();
  });

  it('cannot embed it for a session that does not exist, not even from an allowed site', async () => {
    const page = await shop.browser.newPage();
    const token = await shop.session();
    for (const id of [
      `${publicIdOf(token).slice(0, -3)}aaa`,
      'shop.short',
      'nobody.aaaaaaaaaaaaaaaaaaaaaa',
      '%3Cb%3E',
    ]) {
      await page.goto(shop.site.put('/absent', `<iframe src="${shop.server.url}/component/v1/frame/${id}"></iframe>`));
      assert.equal(await isFormShown(page), false);
      const answer = await fetch(`${shop.server.url}/component/v1/frame/${id}`);
      assert.equal(answer.status, 404);
      assert.match(answer.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
    }
    await page.close();
  });

  it('cannot connect to the form even where the browser lets it be embedded', async () => {
    const token = await shop.session();
    const page = await shop.browser.newPage();
    await page.route('**/component/v1/frame/**', async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers() };
      delete headers['content-security-policy'];
      await route.fulfill({ response, headers });
    });
    await page.goto(evil.put('/connect', `<iframe src="${frameUrl(token)}"></iframe><script>${offerPort}</script>`));
    assert.equal(await isFormShown(page), true);
    const given = widgetConfig(token);
    const heard = await page.evaluate((init) => (window as any).offerPort(window.frames[0], '*', init), given);
    assert.deepEqual(heard, []);
    await page.close();
  });

  it('cannot read or script the form around which it stands', async () => {
    const page = await openShopPage(shop);
    await initWidget(page, widgetConfig(await shop.session()));
    await waitUntilTold(page, 'ready');
    const outcomes = await page.evaluate(() => {
      const iframe = document.querySelector('iframe');
      const attempts = [
        () => iframe?.contentWindow?.document.body.innerHTML,
        () => (iframe?.contentWindow as any)?.fetch('/upg/api/v1/session'),
        () => iframe?.contentWindow?.location.href,
        () => iframe?.contentWindow?.localStorage,
      ];
      return attempts.map((attempt) => {
        try {
          return attempt();
        } catch (error) {
          return (error as Error).name;
        }
      });
    });
    assert.deepEqual(outcomes, Array(4).fill('SecurityError'));
    assert.equal(await page.evaluate(() => document.querySelector('iframe')?.contentDocument), null);
    await page.close();
  });

  it('cannot take the form over from a frame beside it, such as an advertisement’s', async () => {
    const advertisement = evil.put('/advertisement', `<script>${offerPort}</script>`);
    const token = await shop.session();
    const page = await shop.browser.newPage();
    await page.goto(
      shop.site.put('/beside', `<iframe src="${frameUrl(token)}"></iframe><iframe src="${advertisement}"></iframe>`),
    );
    const beside = page.frames().find((frame) => frame.url() === advertisement);
    const given = { ...widgetConfig(token), sessionToken: token };
    assert.deepEqual(
      await beside?.evaluate((init) => (window as any).offerPort(window.parent.frames[0], '*', init), given),
      [],
    );
    await page.close();
  });

  it('cannot connect a second time, and is not heard outside the port', async () => {
    const page = await openShopPage(shop);
    await initWidget(page, widgetConfig(await shop.session()));
    await waitUntilTold(page, 'ready');
    const heard = await page.evaluate(
      async ([script, origin]) => {
        // oxlint-disable-next-line no-eval -- the attacker's script, run in its page
        (0, eval)(script ?? '');
        const form = window.frames[0];
        form?.postMessage({ v: 1, type: 'submit', id: 1 }, origin ?? '');
        form?.postMessage({ v: 1, type: 'init', given: {} }, origin ?? '');
        return (window as any).offerPort(form, origin);
      },
      [offerPort, shop.server.url],
    );
    assert.deepEqual(heard, []);
    await page.close();
  });

  it('cannot make the shop believe that a payment succeeded', async () => {
    const page = await openShopPage(shop);
    await initWidget(page, widgetConfig(await shop.session()));
    await waitUntilTold(page, 'ready');
    const forged = { v: 1, type: 'success', paymentRequestToken: 'forged' };
    const advertisement = evil.put(
      '/forger',
      `<script>for (const to of [parent, parent.frames[0]]) to.postMessage(${JSON.stringify(forged)}, '*');</script>`,
    );
    await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const iframe = document.createElement('iframe');
          iframe.src = url;
          iframe.addEventListener('load', resolve);
          document.body.append(iframe);
        }),
      advertisement,
    );
    await page.evaluate((message) => window.postMessage(message, '*'), forged);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    assert.deepEqual(
      (await toldBy(page)).filter(({ name }) => name === 'success'),
      [],
    );
    await page.close();
  });

  it('cannot use a session of another tenant in a frame that its own tenant lets it embed', async () => {
    const own = await shop.server.tenant('evil', { allowedOrigins: [evil.origin] });
    const ownToken = await startSession(shop.server, own);
    const stolen = await shop.session();
    const page = await shop.browser.newPage();
    await page.goto(evil.put('/own', `<iframe src="${frameUrl(ownToken)}"></iframe><script>${offerPort}</script>`));
    const { container: _, userSessionToken: sessionToken, ...options } = widgetConfig(stolen);
    const heard: { type: string; code?: string }[] = await page.evaluate(
      ([init, origin]) => (window as any).offerPort(window.frames[0], origin, init),
      [{ ...options, sessionToken }, shop.server.url] as const,
    );
    assert.ok(heard.some(({ code }) => code === 'upc.error.configuration'));
    assert.ok(!heard.some(({ type }) => type === 'ready'));
    await page.close();
  });
});
