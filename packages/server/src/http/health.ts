import { OnfileError } from '../errors.ts';
import type { App } from './app-type.ts';

const probe = /^\/health\/(?:live|ready)(?:\?|$)/;

/** Whether a URL is one that monitors ask every few seconds. */
export const isProbe = (url: string | undefined): boolean => probe.test(url ?? '');

/**
 * `/health/live`: the process answers. `/health/ready`: it can also serve requests, as `ready` says; 503 otherwise.
 * Probes come every few seconds, so only failing ones are logged.
 */
export function registerHealth(app: App, findOut: () => Promise<boolean>): void {
  let asked: Promise<boolean> | null = null;
  /** Asks once for all who wait: anybody may ask, and is never refused, so it must not take the database from others. */
  const ready = (): Promise<boolean> => {
    asked ??= findOut().finally(() => {
      asked = null;
    });
    return asked;
  };
  const options = { schema: { hide: true }, logLevel: 'warn' } as const;
  app.get('/health/live', options, () => ({ status: 'ok' }));
  app.get('/health/ready', options, async () => {
    if (!(await ready())) throw new OnfileError('errormessage.unavailable', { headers: { 'retry-after': '5' } });
    return { status: 'ok' };
  });
}
