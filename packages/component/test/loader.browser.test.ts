import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { replaceInstrument } from '../../server/test/harness/main-job.ts';
import { skip } from './harness/browser.ts';
import {
  initWidget,
  openPage,
  openShop,
  openShopPage,
  paymentFrames,
  type Shop,
  toldBy,
  waitUntilTold,
  widgetConfig,
} from './harness/shop.ts';

let shop: Shop;
let page: Page;

/** Waits until so many forms, or one so often, said that they are ready. */
const untilReady = async (opened: Page, count: number): Promise<void> => {
  await opened.waitForFunction(
    (wanted) => (window as any).told.filter((told: any) => told.name === 'ready').length === wanted,
    count,
  );
};

describe('the loader', { skip }, () => {
  before(async () => {
    shop = await openShop();
    page = await openShopPage(shop);
  });
  after(() => shop.stop());

  it('shows the form of a classic script', async () => {
    assert.equal(await initWidget(page, widgetConfig(await shop.session())), null);
    await waitUntilTold(page, 'ready');
    assert.equal(paymentFrames(page).length, 1);
    const iframe = page.locator('#payment iframe');
    assert.equal(await iframe.getAttribute('title'), 'Payment form');
  });

  it('hands the session’s token over in no URL and leaves it in no storage, console or log', async () => {
    const opened = await openShopPage(shop);
    const urls: string[] = [];
    const lines: string[] = [];
    opened.on('request', (request) => urls.push(request.url()));
    opened.on('console', (message) => lines.push(message.text()));
    const token = await shop.session();
    await initWidget(opened, widgetConfig(token));
    await waitUntilTold(opened, 'ready');
    const secret = token.slice(token.lastIndexOf('_') + 1);
    assert.ok(urls.some((url) => url.includes('/component/v1/frame/')));
    assert.deepEqual(
      [...urls, ...lines].filter((text) => text.includes(secret)),
      [],
    );
    const stored = await opened.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
    assert.equal(stored, '[{},{}]');
    assert.deepEqual(await opened.context().cookies(), []);
    assert.ok(!shop.server.log().includes(secret));
    await opened.close();
  });

  it('works under a security policy of the shop that allows its script and its frame and nothing else', async () => {
    const policy = `default-src 'none'; script-src ${shop.server.url}; frame-src ${shop.server.url}; img-src data:`;
    const opened = await openShopPage(shop, '/strict', { 'content-security-policy': policy });
    const complaints: string[] = [];
    opened.on('console', (message) => complaints.push(message.text()));
    opened.on('pageerror', (error) => complaints.push(error.message));
    await initWidget(opened, widgetConfig(await shop.session()));
    await waitUntilTold(opened, 'ready');
    assert.equal(await opened.locator('iframe').evaluate((iframe) => getComputedStyle(iframe).borderTopWidth), '0px');
    assert.deepEqual(complaints, []);
    await opened.close();
  });

  it('submits for the shop’s own button, and tells whether the instrument was taken', async () => {
    const opened = await openShopPage(shop);
    await initWidget(opened, widgetConfig(await shop.session(), { hidePaymentButton: true }));
    await waitUntilTold(opened, 'ready');
    const submit = (): Promise<string> =>
      opened.evaluate(async () => {
        const [instance] = (window as any).instances;
        return instance.submitPayment().then(
          () => 'taken',
          (error: Error) => error.message,
        );
      });
    assert.match(await submit(), /not taken/);

    const [frame] = paymentFrames(opened);
    assert.ok(frame);
    assert.equal(await frame.getByRole('button', { name: 'Save card' }).count(), 0);
    await frame.getByLabel('Card number').fill('4242 4242 4242 4242');
    await frame.getByLabel('Expiry date').fill('12/34');
    await frame.getByLabel('Security code').fill('123');
    await frame.getByLabel('Name on card').fill('Ada Test');
    assert.equal(await submit(), 'taken');
    const [token, details] = await waitUntilTold(opened, 'success');
    assert.equal(details.creditCard.cardNumber.slice(-4), '4242');
    assert.equal((await replaceInstrument(shop.server, shop.tenant, token)).status, 200);
    const [state] = await waitUntilTold(opened, 'state');
    assert.deepEqual(Object.keys(state), ['isProcessing', 'canSubmit']);
    await opened.close();
  });

  it('asks nothing of any third site', async () => {
    const opened = await openShopPage(shop);
    const origins = new Set<string>();
    opened.on('request', (request) => origins.add(new URL(request.url()).origin));
    await initWidget(opened, widgetConfig(await shop.session()));
    await waitUntilTold(opened, 'ready');
    assert.deepEqual([...origins], [shop.server.url]);
    await opened.close();
  });

  it('works as a module element from the same file', async () => {
    const opened = await openPage(
      shop,
      `<div id="payment"></div><script type="module" src="${shop.server.url}/component/v1/widget.js"></script>
      <script type="module">
        window.paymentWidget.init({ userSessionToken: tokens[0], environment: 'test', countryCode: 'GB', locale: 'de',
          container: document.getElementById('payment'), onReady: () => told.push({ name: 'ready', data: [] }) });
      </script>`,
    );
    await waitUntilTold(opened, 'ready');
    assert.equal(await opened.locator('iframe').getAttribute('title'), 'Zahlungsformular');
    await opened.close();
  });

  it('can be imported, both as widget.js and as widget.mjs with an export', async () => {
    const opened = await openPage(shop, '<div id="one"></div><div id="two"></div>');
    const exported = await opened.evaluate(async (origin) => {
      const { tokens, told } = window as any;
      const config = (n: number, container: string) => ({
        userSessionToken: tokens[n],
        environment: 'test',
        countryCode: 'GB',
        locale: 'en',
        container,
        onReady: () => told.push({ name: 'ready', data: [] }),
      });
      await import(`${origin}/component/v1/widget.js`);
      (window as any).paymentWidget.init(config(0, 'one'));
      const { paymentWidget } = await import(`${origin}/component/v1/widget.mjs`);
      paymentWidget.init(config(1, 'two'));
      return paymentWidget === (window as any).paymentWidget;
    }, shop.server.url);
    assert.equal(exported, true);
    await untilReady(opened, 2);
    await opened.close();
  });

  it('keeps two instances apart, and takes one away without the other', async () => {
    const opened = await openShopPage(shop);
    await initWidget(opened, widgetConfig(await shop.session()));
    await initWidget(opened, widgetConfig(await shop.session(), { container: 'second' }));
    await untilReady(opened, 2);
    const [one, two] = paymentFrames(opened).map((frame) => frame.url());
    assert.notEqual(one, two);

    const rejected = await opened.evaluate(async () => {
      const [first] = (window as any).instances;
      first.destroy();
      first.destroy();
      return first.submitPayment().catch((error: Error) => error.message);
    });
    assert.match(rejected, /not there/);
    assert.equal(await opened.locator('#payment iframe').count(), 0);
    assert.equal(await opened.locator('#second iframe').count(), 1);
    await opened.close();
  });

  it('stands in the height that the frame asks for', async () => {
    const opened = await openShopPage(shop);
    await initWidget(opened, widgetConfig(await shop.session()));
    await waitUntilTold(opened, 'ready');
    const [frame] = paymentFrames(opened);
    await frame?.evaluate(() => {
      const filler = document.createElement('div');
      filler.style.setProperty('height', '777px');
      document.querySelector('main')?.replaceChildren(filler);
    });
    await opened.waitForFunction(() => (document.querySelector('iframe')?.getBoundingClientRect().height ?? 0) >= 777);
    await opened.close();
  });

  it('connects again when the frame is loaded anew', async () => {
    const opened = await openShopPage(shop);
    await initWidget(opened, widgetConfig(await shop.session()));
    await waitUntilTold(opened, 'ready');
    await opened.evaluate(() => {
      const iframe = document.querySelector('iframe');
      if (iframe) document.getElementById('second')?.append(iframe);
    });
    await untilReady(opened, 2);
    await opened.close();
  });

  it('says at once what is missing or unknown', async () => {
    const token = await shop.session();
    const wrong: [object, RegExp][] = [
      [{ container: 'nowhere' }, /container was not found/],
      [{ container: undefined }, /container was not found/],
      [{ userSessionToken: '' }, /userSessionToken is required/],
      [{ userSessionToken: 'ups_1' }, /not a session token/],
      [{ environment: undefined }, /environment is required/],
      [{ environment: 'production' }, /environment must be one of test, sandbox, live/],
      [{ countryCode: undefined }, /countryCode is required/],
      [{ locale: undefined }, /locale is required/],
      [{ returnUrl: 'javascript:alert(1)' }, /returnUrl must be/],
    ];
    const frames = await page.locator('iframe').count();
    for (const [overrides, message] of wrong) {
      assert.match((await initWidget(page, widgetConfig(token, overrides))) ?? '', message);
    }
    assert.equal(await page.locator('iframe').count(), frames);
  });

  it('tells which style value or option cannot be used, and shows the form without the former', async () => {
    const opened = await openShopPage(shop);
    await initWidget(opened, widgetConfig(await shop.session(), { styling: { primaryColor: 'url(//evil.example)' } }));
    await waitUntilTold(opened, 'ready');
    const [error] = await waitUntilTold(opened, 'error');
    assert.deepEqual([error.code, error.fatal], ['upc.error.styling', false]);
    assert.match(error.message, /styling\.primaryColor/);
    await initWidget(opened, widgetConfig(await shop.session(), { container: 'second', countryCode: 'Germany' }));
    await opened.waitForFunction(() => (window as any).told.some((told: any) => told.data[0]?.fatal));
    const told = await toldBy(opened);
    assert.match(told.at(-1)?.data[0].message, /countryCode is not valid/);
    await opened.close();
  });

  it('tells customer and shop when the frame cannot be reached', async () => {
    const opened = await openShopPage(shop);
    await opened.route('**/component/v1/frame/**', (route) => route.abort());
    await initWidget(opened, widgetConfig(await shop.session(), { locale: 'nl' }));
    const [error] = await waitUntilTold(opened, 'error');
    assert.deepEqual([error.code, error.fatal], ['upc.error.frame.unreachable', true]);
    assert.match((await opened.getByRole('alert').textContent()) ?? '', /betaalformulier kon niet worden geladen/);
    assert.equal(await opened.locator('iframe').count(), 0);
    await opened.close();
  });
});
