import type { Services } from '../context.ts';
import { authenticateApiKey } from '../ops/authentication/api-key.ts';
import type { App } from './app-type.ts';
import { headerText } from './header-text.ts';
import { holdToLiveMode } from './live-mode.ts';

/** Whether `HEAD` on this path only checks the API key. */
export const isKeyChecked = (path: string): boolean => /^\/v1(?:[/?]|$)/.test(path);

/**
 * `HEAD` on any path under `/v1` only checks the API key: 200 or 401 (reference: customer-api, Conventions). A hook, so
 * that it comes before the router's verdict on the path.
 */
export function answerKeyChecks(app: App, services: Services): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'HEAD' || !isKeyChecked(request.url)) return;
    const { tenant, caller } = await authenticateApiKey(services, headerText(request.headers['x-api-key']));
    request.logCaller = { tenantId: tenant.tenantId, callerId: caller.id, callerKind: caller.kind };
    request.knownBy = 'x-api-key';
    holdToLiveMode(services, request, tenant);
    await reply.code(200).send();
  });
}
