import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DurationHistogram } from './duration-histogram.ts';

const lines = (histogram: DurationHistogram<'route'>) =>
  histogram.snapshot().values.map(({ metricName, labels, value }) => [metricName, labels['le'], value]);

test('a duration is in the first bucket that holds it, its bound included, and in all above', () => {
  const histogram = new DurationHistogram<'route'>('took', 'How long.', [0.5, 1]);
  const series = histogram.series({ route: '/a' });
  for (const seconds of [0.5, 0.25, 0.75, 4]) series.observe(seconds);
  assert.deepEqual(lines(histogram), [
    ['took_bucket', 0.5, 2],
    ['took_bucket', 1, 3],
    ['took_bucket', '+Inf', 4],
    ['took_sum', undefined, 5.5],
    ['took_count', undefined, 4],
  ]);
});

test('the same labels are one series, and one that was not used yet is there with zeros', () => {
  const histogram = new DurationHistogram<'route'>('took', 'How long.', []);
  assert.equal(histogram.series({ route: '/a' }), histogram.series({ route: '/a' }));
  histogram.series({ route: '/b' }).observe(1);
  const counts = histogram.snapshot().values.filter(({ metricName }) => metricName === 'took_count');
  assert.deepEqual(
    counts.map(({ labels, value }) => [labels['route'], value]),
    [
      ['/a', 0],
      ['/b', 1],
    ],
  );
});
