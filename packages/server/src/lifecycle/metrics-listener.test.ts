import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLogger } from '../log.ts';
import { GatheredMetrics } from '../telemetry/gathered-metrics.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { listenForMetrics, type MetricsListener } from './metrics-listener.ts';

const quiet = createLogger('silent');
let listener: MetricsListener;

before(async () => {
  const metrics = createMetrics({ part: 'http', isMainThread: true });
  metrics.http.ended({ method: 'GET', route: '/a', status: 200, durationMs: 1, errorCode: null });
  const gathered = new GatheredMetrics('1.2.3');
  gathered.add(metrics);
  listener = await listenForMetrics({ metricsPort: 0, metricsHost: '127.0.0.1' }, gathered, quiet);
});

after(() => listener.close());

describe('the listener of the metrics', () => {
  it('answers in the format that the scraper prefers', async () => {
    const prometheus =
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
    const answers: [accept: string, isOpenMetrics: boolean][] = [
      [prometheus, true],
      ['application/openmetrics-text', true],
      ['application/openmetrics-text; version="1.0.0"', true],
      ['application/openmetrics-text;version=0.0.1', false],
      ['application/openmetrics-text;q=0', false],
      ['application/openmetrics-text;q=0.2,text/plain', false],
      ['text/plain;version=0.0.4', false],
      ['*/*', false],
      ['text/html', false],
      [';;;q=x,', false],
    ];
    for (const [accept, isOpenMetrics] of answers) {
      const answer = await fetch(listener.url, { headers: { accept } });
      const text = await answer.text();
      const type = isOpenMetrics ? 'application/openmetrics-text; version=1.0.0' : 'text/plain; version=0.0.4';
      assert.equal(answer.headers.get('content-type'), `${type}; charset=utf-8`, accept);
      assert.equal(text.endsWith('# EOF\n'), isOpenMetrics, accept);
      assert.equal(/^# TYPE onfile_http_requests counter$/m.test(text), isOpenMetrics, accept);
      assert.equal(/^# TYPE onfile_http_requests_total counter$/m.test(text), !isOpenMetrics, accept);
      assert.match(text, /^onfile_http_requests_total\{/m);
    }
  });

  it('knows one path and two methods', async () => {
    const { origin } = new URL(listener.url);
    const head = await fetch(listener.url, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), '');
    assert.ok(Number(head.headers.get('content-length')) > 1000);
    for (const path of ['/', '/metrics/', '/metricsx', '/health/live', '/v1/customers/1', '/..%2fmetrics']) {
      assert.equal((await fetch(`${origin}${path}`)).status, 404, path);
    }
    assert.equal((await fetch(`${listener.url}?x=1`)).status, 200);
    const post = await fetch(listener.url, { method: 'POST', body: 'x'.repeat(100_000) });
    assert.equal(post.status, 405);
    assert.equal(post.headers.get('allow'), 'GET, HEAD');
  });

  it('does not start where another program listens, and says which setting to change', async () => {
    const { port } = new URL(listener.url);
    const taken = { metricsPort: Number(port), metricsHost: '127.0.0.1' };
    await assert.rejects(listenForMetrics(taken, new GatheredMetrics('1'), quiet), /is taken by .*; set METRICS_PORT/);
    const nowhere = { metricsPort: 0, metricsHost: '192.0.2.1' };
    await assert.rejects(listenForMetrics(nowhere, new GatheredMetrics('1'), quiet), /correct METRICS_HOST$/);
  });
});
