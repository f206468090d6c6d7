import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Admission, leastInFlight, type Place } from './admission.ts';

const longestDelayMs = 50;

/** An admission with a clock of its own: each `measure` is a tenth of a second later. */
function start() {
  const admission = new Admission(longestDelayMs);
  let now = 0;
  const enter = (count: number, group = 'acme'): Place[] =>
    Array.from({ length: count }, () => admission.enter(group, now)).filter((place) => place !== null);
  const measure = (delayMs: number, times = 1): void => {
    for (let n = 0; n < times; n++) admission.adjust(delayMs, (now += 100));
  };
  const overloaded = () => {
    measure(longestDelayMs + 1, 3);
    assert.equal(admission.limit, leastInFlight);
  };
  return { admission, enter, measure, overloaded };
}

describe('a server that requests wait in', () => {
  it('refuses none of a hundred, and the hundred and first', () => {
    const { enter, overloaded } = start();
    overloaded();
    assert.equal(enter(150).length, 100);
  });

  it('takes another for each that is answered, and counts one answer once', () => {
    const { admission, enter, overloaded } = start();
    overloaded();
    const [first] = enter(100);
    assert.ok(first);
    admission.leave(first);
    admission.leave(first);
    assert.equal(enter(2).length, 1);
  });

  it('does so only when they wait for three measurements on end', () => {
    const { enter, measure } = start();
    for (let n = 0; n < 5; n++) {
      measure(500, 2);
      measure(0);
    }
    assert.equal(enter(500).length, 500);
  });

  it('serves more again once they do not wait any more', () => {
    const { admission, enter, measure, overloaded } = start();
    overloaded();
    for (let n = 0; n < 20; n++) {
      const places = enter(1000);
      measure(0);
      for (const place of places) admission.leave(place);
    }
    assert.ok(admission.limit > 500, String(admission.limit));
  });

  it('does not take those that wait for others, longer than a second, for work', () => {
    const { enter, measure, overloaded } = start();
    overloaded();
    assert.equal(enter(150).length, 100);
    measure(longestDelayMs + 1, 9);
    assert.equal(enter(1).length, 0);
    measure(longestDelayMs + 1);
    assert.equal(enter(150).length, 100);
  });
});

describe('a tenant that floods a busy server', () => {
  it('leaves the others their share', () => {
    const { enter, overloaded } = start();
    overloaded();
    assert.equal(enter(1000, 'flood').length, 100);
    assert.equal(enter(60, 'small').length, 50);
    assert.equal(enter(60, 'smaller').length, 33);
    assert.equal(enter(1, 'flood').length, 0);
  });

  it('gets what the others leave', () => {
    const { admission, enter, overloaded } = start();
    overloaded();
    const flood = enter(100, 'flood');
    enter(10, 'small');
    for (const place of flood.slice(0, 30)) admission.leave(place);
    assert.equal(enter(50, 'flood').length, 20);
  });

  it('cannot use up the share of hundreds of tenants', () => {
    const { enter, overloaded } = start();
    overloaded();
    enter(100, 'flood');
    for (let n = 0; n < 300; n++) assert.equal(enter(1, `tenant ${n}`).length, 1);
  });
});

/** A server that does one thing after the other, offered requests at even intervals. Times are milliseconds. */
function simulate(options: { seconds: number; everyMs: number; workMs: number; refusalMs: number }) {
  const admission = new Admission(longestDelayMs);
  const underWay: { place: Place; until: number }[] = [];
  const took: number[] = [];
  let busyUntil = 0;
  let measureAt = 0;
  let refused = 0;
  for (let now = 0; now < options.seconds * 1000; now += options.everyMs) {
    while (underWay[0] && underWay[0].until <= now) {
      const done = underWay.shift();
      if (done) admission.leave(done.place);
    }
    if (now >= measureAt) {
      admission.adjust(Math.max(0, busyUntil - now), now);
      measureAt += 100;
    }
    const place = admission.enter('acme', now);
    busyUntil = Math.max(busyUntil, now) + (place ? options.workMs : options.refusalMs);
    if (place) {
      underWay.push({ place, until: busyUntil });
      // The first seconds are for finding the limit.
      if (now > 2000) took.push(busyUntil - now);
    } else refused += 1;
  }
  const sorted = took.toSorted((one, another) => one - another);
  return {
    perSecond: took.length / (options.seconds - 2),
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    refused,
  };
}

describe('a server that can do two thousand requests a second', () => {
  it('does almost as many when ten thousand come, and answers 99 in 100 of them within an eighth of a second', () => {
    const { perSecond, p99, refused } = simulate({ seconds: 20, everyMs: 0.1, workMs: 0.5, refusalMs: 0.02 });
    // Refusing eight thousand takes a sixth of its time.
    assert.ok(perSecond > 1600, `${perSecond} a second`);
    assert.ok(p99 < 120, `99 in 100 within ${p99} ms`);
    assert.ok(refused > 100_000);
  });

  it('refuses none when nine tenths of that come', () => {
    const { perSecond, refused } = simulate({ seconds: 5, everyMs: 0.56, workMs: 0.5, refusalMs: 0.02 });
    assert.equal(refused, 0);
    assert.ok(perSecond > 1700);
  });
});
