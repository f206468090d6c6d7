import { setTimeout as delay } from 'node:timers/promises';
import type { Kind } from './kind.ts';

const minuteMs = 60_000;

export const clockMoved: Kind = {
  name: 'clock moved',
  what: 'the servers’ clock set forward by up to two hours, or back by up to half an hour, and then right again',
  weight: 3,
  async inject({ rig, random }) {
    const right = rig.clockOffset();
    const isForward = random.chance(0.5);
    rig.moveClock(right + (isForward ? 1 : -1) * random.between(1_000, (isForward ? 120 : 30) * minuteMs));
    await delay(random.between(500, 2_000));
    return { variant: isForward ? 'forward' : 'back', end: async () => rig.moveClock(right) };
  },
};
