import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatheredMetrics, type MetricsSource } from './gathered-metrics.ts';
import type { MetricSnapshot } from './metric-snapshot.ts';

const one = (name: string, type: MetricSnapshot['type'], value: number): MetricSnapshot => ({
  name,
  help: 'For the test.',
  type,
  aggregator: 'sum',
  values: [{ value, labels: {} }],
});

/** A process that has counted `count` requests, works on two, and answers as long as it `isThere`. */
function process(count: number) {
  const state = { count, isThere: true, asked: 0 };
  const source: MetricsSource = {
    read: async () => {
      state.asked += 1;
      if (!state.isThere) return new Promise(() => {});
      return [one('requests_total', 'counter', state.count), one('in_flight', 'gauge', 2)];
    },
  };
  return { state, source };
}

const valueOf = async (gathered: GatheredMetrics, name: string) => {
  const { text } = await gathered.text('prometheus');
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
};

test('what several processes counted is added up', async () => {
  const gathered = new GatheredMetrics('1.0.0');
  for (const count of [3, 4]) gathered.add(process(count).source);
  assert.equal(await valueOf(gathered, 'requests_total'), 7);
  assert.equal(await valueOf(gathered, 'in_flight'), 4);
  assert.equal(await valueOf(gathered, 'onfile_metrics_silent_sources'), 0);
});

test('a count does not go back when a process dies or another takes its place; what it had in hand is gone', async () => {
  const gathered = new GatheredMetrics('1.0.0');
  gathered.add(process(3).source);
  for (const [count, sum] of [
    [4, 7],
    [10, 17],
    [100, 117],
  ] as const) {
    const leave = gathered.add(process(count).source);
    assert.equal(await valueOf(gathered, 'requests_total'), sum);
    leave();
    assert.equal(await valueOf(gathered, 'requests_total'), sum);
    assert.equal(await valueOf(gathered, 'in_flight'), 2);
  }
});

test('one that does not answer is waited for a second, and counts as it was', async () => {
  const gathered = new GatheredMetrics('1.0.0');
  const { source, state } = process(5);
  gathered.add(source);
  gathered.add(process(1).source);
  await gathered.text('prometheus');
  state.isThere = false;
  const begun = performance.now();
  const { text } = await gathered.text('prometheus');
  assert.ok(performance.now() - begun < 3_000);
  assert.match(text, /^requests_total 6$/m);
  assert.match(text, /^in_flight 2$/m);
  assert.match(text, /^onfile_metrics_silent_sources 1$/m);
});

test('who asks while another one does is told the same', async () => {
  const gathered = new GatheredMetrics('1.0.0');
  const { source, state } = process(5);
  gathered.add(source);
  await Promise.all([gathered.text('prometheus'), gathered.text('openmetrics'), gathered.text('prometheus')]);
  assert.equal(state.asked, 1);
});

test('OpenMetrics names a counter without its suffix, and its lines with it', async () => {
  const gathered = new GatheredMetrics('1.0.0');
  gathered.add(process(5).source);
  const { text, contentType } = await gathered.text('openmetrics');
  assert.equal(contentType, 'application/openmetrics-text; version=1.0.0; charset=utf-8');
  assert.match(text, /^# TYPE requests counter\nrequests_total 5$/m);
  assert.match(text, /\n# EOF\n$/);
});
