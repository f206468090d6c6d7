import type { FastifyReply, FastifyRequest } from 'fastify';
import { testBankAccounts } from '../../connectors/simulated/test-bank-accounts.ts';
import { testCards } from '../../connectors/simulated/test-cards.ts';
import type { Context, Services } from '../../context.ts';
import { PaymentInstrumentReplacement } from '../../contract/payments.ts';
import { OnfileError } from '../../errors.ts';
import type { App } from '../app-type.ts';
import type { Component } from '../component-files.ts';
import { keepCallLog } from '../demo/call-log.ts';
import { refuseOtherPages } from '../demo/own-pages-only.ts';
import { demoIcon, demoPolicy, renderDemoPage } from '../demo/page.ts';
import { DemoSession, readDemoAccount, replaceDemoInstrument, shopContext, startDemoSession } from '../demo/shop.ts';
import { limitRate } from '../rate-limit.ts';

/**
 * The demo shop: an account page with the component in it, and the backend of that page, which runs the operations that
 * a shop would call with its API key. For this machine's browsers and the demo tenant alone.
 */
export function serveDemo(
  app: App,
  services: Services,
  { tenantId, component }: { tenantId: string; component: Component | null },
): void {
  const log = keepCallLog(app, tenantId, () => services.now());
  const schema = { hide: true };

  /** Who the page's backend is, with its bound on how often it is asked. */
  const contextOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Context> => {
    const ctx = await shopContext(services, tenantId, request);
    const { tenant, caller } = ctx;
    request.tenantLocale = { locale: tenant.locale, timeZone: tenant.timeZone };
    request.logCaller = { tenantId, callerId: caller.id };
    await limitRate(services, ctx, `${request.method} ${request.routeOptions.url}`, reply);
    return ctx;
  };
  const onRequest = async (request: FastifyRequest): Promise<void> => refuseOtherPages(request);

  app.get('/demo', { schema, onRequest }, async (_request, reply) => {
    if (!component || !(await services.tenantById(tenantId))) throw new OnfileError('errormessage.route.not.found');
    return reply
      .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': demoPolicy })
      .send(renderDemoPage(component.demo));
  });

  app.get('/demo/icon.svg', { schema, onRequest }, (_request, reply) =>
    reply.header('content-type', 'image/svg+xml').send(demoIcon),
  );

  app.get('/demo/account', { schema, onRequest }, async (request, reply) =>
    readDemoAccount(await contextOf(request, reply), log),
  );

  app.get('/demo/calls', { schema, onRequest }, () => ({ calls: log.latest() }));

  app.get('/demo/test-numbers', { schema, onRequest }, () => ({ cards: testCards, bankAccounts: testBankAccounts }));

  app.post('/demo/sessions', { schema: { ...schema, body: DemoSession }, onRequest }, async (request, reply) =>
    startDemoSession(await contextOf(request, reply), log, request.body),
  );

  app.post(
    '/demo/replacements',
    { schema: { ...schema, body: PaymentInstrumentReplacement }, onRequest },
    async (request, reply) =>
      replaceDemoInstrument(await contextOf(request, reply), log, request.body.paymentRequestToken),
  );
}
