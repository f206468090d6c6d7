import { signalIfThere } from '../processes.ts';
import type { Kind } from './kind.ts';

export const serverKilled: Kind = {
  name: 'server killed',
  what: '`kill -9` of one HTTP process, of the process that leads them, of all at once',
  weight: 2,
  async inject({ rig: { server }, random }) {
    const victim = random.pick(['one HTTP process', 'the leading process', 'all processes']);
    const [first = 0, ...others] = server.httpPids();
    if (victim === 'one HTTP process') signalIfThere(random.pick([first, ...others]), 'SIGKILL');
    if (victim === 'the leading process') await server.killLeader();
    if (victim === 'all processes') await server.kill();
    return { variant: victim, end: () => server.start() };
  },
};
