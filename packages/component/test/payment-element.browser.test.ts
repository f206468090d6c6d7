import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { skip } from './harness/browser.ts';
import { openPage, openShop, paymentFrames, type Shop, waitUntilTold } from './harness/shop.ts';

let shop: Shop;

describe('the element', { skip }, () => {
  before(async () => {
    shop = await openShop();
  });
  after(() => shop.stop());

  const script = () => `<script src="${shop.server.url}/component/v1/widget.js"></script>`;
  const element = 'environment="test" country-code="GB" locale="en"';

  it('shows the form as soon as its options are there, attributes or properties, and tells it by events', async () => {
    const opened = await openPage(
      shop,
      `<onfile-payment ${element}></onfile-payment><script>
        const element = document.querySelector('onfile-payment');
        element.styling = { primaryColor: '#123456' };
      </script>${script()}<script>
        element.addEventListener('ready', () => told.push({ name: 'ready', data: [] }));
        element.userSessionToken = tokens[0];
      </script>`,
    );
    await waitUntilTold(opened, 'ready');
    const [frame] = paymentFrames(opened);
    const color = await frame?.evaluate(() =>
      document.documentElement.style.getPropertyValue('--onfile-primary-color'),
    );
    assert.equal(color, '#123456');
    await opened.close();
  });

  it('keeps the form when an equal value is set, makes another for another session, and goes with the element', async () => {
    const opened = await openPage(shop, `${script()}<onfile-payment ${element}></onfile-payment>`);
    const firstUrl = await opened.evaluate(async () => {
      const payment: any = document.querySelector('onfile-payment');
      const whenReady = () => new Promise((resolve) => payment.addEventListener('ready', resolve, { once: true }));
      payment.userSessionToken = (window as any).tokens[0];
      await whenReady();
      const iframe = payment.querySelector('iframe');
      payment.styling = undefined;
      payment.userSessionToken = (window as any).tokens[0];
      payment.customerData = { name: 'Ada' };
      await Promise.resolve();
      const isKept = payment.querySelector('iframe') === iframe;
      payment.setAttribute('locale', 'de');
      await whenReady();
      payment.userSessionToken = (window as any).tokens[1];
      await whenReady();
      return { isKept, frames: payment.querySelectorAll('iframe').length };
    });
    assert.deepEqual(firstUrl, { isKept: true, frames: 1 });
    await opened.evaluate(() => document.querySelector('onfile-payment')?.remove());
    await opened.waitForFunction(() => window.frames.length === 0);
    await opened.close();
  });

  it('tells by an event what init would throw', async () => {
    const opened = await openPage(shop, `${script()}<onfile-payment country-code="GB" locale="en"></onfile-payment>`);
    const message = await opened.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const payment: any = document.querySelector('onfile-payment');
          payment.addEventListener('error', (event: CustomEvent) => resolve(event.detail.message));
          payment.userSessionToken = (window as any).tokens[0];
          payment.setAttribute('environment', 'production');
        }),
    );
    assert.match(message, /environment must be one of/);
    await opened.close();
  });
});
