import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../log.ts';
import { terminalLog } from './terminal-log.ts';

/** What a terminal shows of a line, after the time of day, which is looked at here. */
function shown(log: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  log(createLogger('debug', terminalLog({ write: (written) => (text += written) })));
  const [, rest] = /^\d\d:\d\d:\d\d (.*)\n$/.exec(text) ?? [];
  assert.ok(rest !== undefined, text);
  return rest;
}

test('a request is one short line on a terminal', () => {
  const request = { method: 'GET', route: '/v1/customers/:customerId', status: 200, durationMs: 7.3, tenantId: 'demo' };
  assert.equal(
    shown((logger) => logger.child({ traceId: '42' }).info(request, 'request')),
    'GET /v1/customers/:customerId 200 7.3ms demo',
  );
});

test('a failure shows its level, its class and its code', () => {
  const error = Object.assign(new RangeError('canary'), { code: 'ECONNRESET' });
  assert.equal(
    shown((logger) => logger.error({ err: error, job: 'sweep' }, 'job failed')),
    'ERROR job failed sweep (RangeError ECONNRESET)',
  );
  assert.equal(
    shown((logger) => logger.warn({ err: new Error('canary') }, 'trouble')),
    'WARN trouble (Error)',
  );
});
