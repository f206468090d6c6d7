import { setTimeout as delay } from 'node:timers/promises';
import { descendantsOf, signalIfThere } from '../processes.ts';
import type { Kind } from './kind.ts';

export const paused: Kind = {
  name: 'paused',
  what: 'SIGSTOP of PostgreSQL, of one HTTP process, of the whole server, for 0.3 to 7 seconds',
  weight: 4,
  async inject({ rig: { server, database }, random }) {
    const who = random.pick(['PostgreSQL', 'one HTTP process', 'the whole server']);
    // Beyond 5 seconds nobody waits for a connection any more.
    const ms = random.chance(0.15) ? 7_000 : random.between(300, 2_500);
    const [first = 0, ...others] = server.httpPids();
    const postmaster = (await database.postmaster()) ?? 0;
    const leaders = {
      PostgreSQL: () => [postmaster, ...descendantsOf(postmaster)],
      'one HTTP process': () => [random.pick([first, ...others])],
      'the whole server': () => [server.pid(), ...server.httpPids()],
    };
    const pids = leaders[who as keyof typeof leaders]().filter((pid) => pid > 0);
    for (const pid of pids) signalIfThere(pid, 'SIGSTOP');
    await delay(ms);
    return {
      variant: `${who}, ${ms > 5_000 ? 'longer than it is waited for' : 'up to 2.5 s'}`,
      async end() {
        for (const pid of pids) signalIfThere(pid, 'SIGCONT');
      },
    };
  },
};
