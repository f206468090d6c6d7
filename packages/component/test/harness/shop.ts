import type { Browser, Frame, Page } from 'playwright-core';
import { buildComponent } from '../../../../scripts/build-component.ts';
import { startSession } from '../../../server/test/harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from '../../../server/test/harness/server.ts';
import { launchBrowser } from './browser.ts';
import { type HostSite, startHostSite } from './host-site.ts';

type Creation = Parameters<TestServer['tenant']>[1];

/** Onfile with one tenant, the tenant's site on another origin, and a browser. */
export type Shop = {
  server: TestServer;
  tenant: TestTenant;
  site: HostSite;
  browser: Browser;
  /** A session's token for the tenant's customer. */
  session(overrides?: object): Promise<string>;
  stop(): Promise<void>;
};

/** Builds the component when it has changed, and starts everything. `creation` says how the tenant differs. */
export async function openShop(creation: Creation = {}): Promise<Shop> {
  await buildComponent();
  const site = await startHostSite();
  const server = await startTestServer();
  const tenant = await server.tenant('shop', { allowedOrigins: [site.origin], ...creation });
  const browser = await launchBrowser();
  return {
    server,
    tenant,
    site,
    browser,
    session: (overrides) => startSession(server, tenant, overrides),
    async stop() {
      await browser.close();
      await server.stop();
      await site.stop();
    },
  };
}

/** What `init` needs; the container is the element `#payment`. */
export const widgetConfig = (userSessionToken: string, overrides: object = {}) => ({
  userSessionToken,
  environment: 'test',
  countryCode: 'GB',
  locale: 'en',
  container: 'payment',
  ...overrides,
});

/** Everything that a page of the shop told its callbacks, in the order in which it came. */
export type Told = { name: string; data: any[] };

const recorder = `
  window.told = [];
  window.tell = (name) => (...data) => { window.told.push({ name, data }); };
  window.callbacks = () => ({
    onReady: window.tell('ready'), onSuccess: window.tell('success'),
    onError: window.tell('error'), onPaymentStateChange: window.tell('state'),
  });
`;

/** A page of the site that has loaded the classic script; `window.callbacks()` records into `told`. */
export async function openShopPage(shop: Shop, path = '/checkout', headers = {}): Promise<Page> {
  const context = await shop.browser.newContext();
  const page = await context.newPage();
  await page.goto(
    shop.site.put(
      path,
      `<title>Shop</title><script src="${shop.server.url}/component/v1/widget.js"></script>
      <div id="payment"></div><div id="second"></div>`,
      headers,
    ),
  );
  await page.evaluate(recorder);
  return page;
}

/** A page of the shop with this markup, which finds its session tokens in `window.tokens`. */
export async function openPage(shop: Shop, html: string): Promise<Page> {
  const tokens = [await shop.session(), await shop.session()];
  const opened = await shop.browser.newPage();
  await opened.addInitScript((given) => {
    (window as any).tokens = given;
    (window as any).told = [];
  }, tokens);
  await opened.goto(shop.site.put('/page', html));
  return opened;
}

/** Calls `init` in the page and keeps the instance as `window.instances[n]`. Answers what it threw, null if nothing. */
export const initWidget = (page: Page, config: object): Promise<string | null> =>
  page.evaluate((given) => {
    const host = window as any;
    host.instances ??= [];
    try {
      host.instances.push(host.paymentWidget.init({ ...given, ...host.callbacks() }));
      return null;
    } catch (error) {
      return String(error);
    }
  }, config);

/** Waits until a callback was called, and answers its arguments. */
export async function waitUntilTold(page: Page, name: string): Promise<any[]> {
  const found = await page.waitForFunction(
    (wanted) => (window as any).told.find((told: Told) => told.name === wanted),
    name,
  );
  return (await found.jsonValue()).data;
}

export const toldBy = (page: Page): Promise<Told[]> => page.evaluate(() => (window as any).told);

/** The frames that the component made in this page. */
export const paymentFrames = (page: Page): Frame[] =>
  page.frames().filter((frame) => frame.url().includes('/component/v1/frame/'));
