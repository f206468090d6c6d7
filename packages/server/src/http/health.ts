import { OnfileError } from '../errors.ts';
import type { App } from './app-type.ts';

/**
 * `/health/live`: the process answers. `/health/ready`: it can also serve requests, as `ready` says; 503 otherwise.
 * Probes come every few seconds, so only failing ones are logged.
 */
export function registerHealth(app: App, ready: () => Promise<boolean>): void {
  const options = { schema: { hide: true }, logLevel: 'warn' } as const;
  app.get('/health/live', options, () => ({ status: 'ok' }));
  app.get('/health/ready', options, async () => {
    if (!(await ready())) throw new OnfileError('errormessage.unavailable', { headers: { 'retry-after': '5' } });
    return { status: 'ok' };
  });
}
