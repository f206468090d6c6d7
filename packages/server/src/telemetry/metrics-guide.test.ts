import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Connector } from '../connectors/connector.ts';
import { loggedFields } from '../log.ts';
import { QueueTime } from '../store/queue-time.ts';
import { GatheredMetrics } from './gathered-metrics.ts';
import type { MetricSnapshot } from './metric-snapshot.ts';
import { createMetrics } from './metrics.ts';

const guide = await readFile(join(import.meta.dirname, '../../../../docs/guides/logs-and-metrics.md'), 'utf8');
const at = new Date();

/** All metrics, with a value in each but those of the garbage collector, which come when they come. */
async function usedMetrics(): Promise<MetricSnapshot[]> {
  const metrics = createMetrics({ part: 'http', isMainThread: true });
  metrics.http.ended({ method: 'GET', route: '/a', status: 404, durationMs: 1, errorCode: 'errormessage.internal' });
  metrics.http.followAdmission({ limit: 100 });
  metrics.database.follow({
    pool: { totalCount: 2, idleCount: 1, waitingCount: 0, options: { max: 10 } },
    waits: new QueueTime(),
  });
  const nothing = async () => {};
  const connector = metrics.gateway.measure({ retireToken: nothing } as unknown as Connector, 'simulated');
  await connector.retireToken({} as never, {} as never, new AbortController().signal);
  metrics.work.report({
    work: {
      gatewayTasks: { waiting: 1, failed: 1, dueSince: at },
      backgroundTasks: [{ kind: 'bulk_load', state: 'waiting', count: 1, dueSince: at }],
      audit: { count: 1, since: at },
      events: { count: 1, since: at },
    },
    at,
  });
  metrics.followCertificate({ validUntil: at });
  return metrics.read();
}

/** `name type label,label` of each; those of a metric without a value are left out. */
async function servedMetrics(): Promise<Map<string, { type: string; labels: string[] | null }>> {
  const gathered = new GatheredMetrics('1.2.3');
  const own = await usedMetrics();
  gathered.add({ read: async () => own });
  const { text } = await gathered.text('prometheus');
  const served = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Map(
    served.map(([, name = '', type = '']) => {
      const line = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? \\S+$`, 'm').exec(text);
      const labels = [...(line?.[1] ?? '').matchAll(/(\w+)=/g)].map(([, label = '']) => label);
      return [name, { type, labels: line ? labels.toSorted() : null }];
    }),
  );
}

test('the guide’s table names exactly the metrics that are served, with their types and labels', async () => {
  const served = await servedMetrics();
  const rows = [...guide.matchAll(/^\| `([a-z\d_]+)` \| (counter|gauge|histogram) \| ([^|]*)\|/gm)];
  const documented = new Map(
    rows.map(([, name = '', type = '', cell = '']) => {
      const labels = [...cell.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
      return [name, { type, labels: served.get(name)?.labels === null ? null : labels.toSorted() }];
    }),
  );
  const inOrder = (of: typeof documented) => [...of].toSorted(([one], [other]) => (one < other ? -1 : 1));
  assert.deepEqual(inOrder(documented), inOrder(served));
});

test('the guide’s alerts ask for metrics and labels that are served', async () => {
  const served = await servedMetrics();
  const asked = [...guide.matchAll(/expr: (.*)/g)].flatMap(([, expression = '']) => [
    ...expression.matchAll(/\b(onfile_\w+)(?:\{(\w+)=)?/g),
  ]);
  assert.ok(asked.length > 5);
  for (const [, name = '', label] of asked) {
    assert.ok(served.has(name), name);
    if (label) assert.ok(served.get(name)?.labels?.includes(label), `${name} ${label}`);
  }
});

test('the guide’s table of the log names exactly the fields that a line may have', () => {
  const table = guide.slice(guide.indexOf('## The log'), guide.indexOf('## Metrics'));
  const cells = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)]);
  const fields = cells.map(([, field = '']) => field);
  assert.deepEqual(fields.toSorted(), [...loggedFields, 'time', 'level', 'msg'].toSorted());
});
