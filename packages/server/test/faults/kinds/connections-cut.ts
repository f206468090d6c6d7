import { setTimeout as delay } from 'node:timers/promises';
import { type Way, ways } from '../database-proxy.ts';
import type { Kind } from './kind.ts';

const said: Record<Way, string> = {
  before: 'cut before a message',
  within: 'cut within a message',
  after: 'cut after a message, the answer lost',
  late: 'cut, and the message arrives later all the same',
  'half-closed': 'closed on the way back only',
  delayed: 'held up',
  swallowed: 'silent from then on',
};

export const connectionsCut: Kind = {
  name: 'connections cut',
  what: 'a proxy between server and PostgreSQL that cuts, half-closes, delays or swallows at each n-th message',
  weight: 8,
  async inject({ rig: { proxy }, random }) {
    const [first, ...others] = ways;
    const way = random.pick([first, ...others]);
    // Few messages apart: BEGIN, statement and COMMIT each get their share.
    proxy.disturb({ way, every: random.between(3, 40), ms: random.between(20, 400) });
    await delay(random.between(500, 2_000));
    return { variant: said[way], end: async () => proxy.calm() };
  },
};
