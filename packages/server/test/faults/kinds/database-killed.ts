import { descendantsOf, signalIfThere } from '../processes.ts';
import type { Kind } from './kind.ts';

export const databaseKilled: Kind = {
  name: 'PostgreSQL killed',
  what: '`kill -9` of the postmaster, and of one backend',
  weight: 3,
  async inject({ rig: { database }, random }) {
    const postmaster = await database.postmaster();
    if (postmaster === null) throw new Error('PostgreSQL does not run');
    const victim = random.pick(['the postmaster', 'a backend']);
    const [first = postmaster, ...others] = descendantsOf(postmaster);
    signalIfThere(victim === 'a backend' ? random.pick([first, ...others]) : postmaster, 'SIGKILL');
    return { variant: victim, end: () => database.revive() };
  },
};
