import { setTimeout as delay } from 'node:timers/promises';
import type { VaultFault } from '../../harness/vault-server.ts';
import { signalIfThere } from '../processes.ts';
import type { Kind } from './kind.ts';

const said: Record<VaultFault, string> = {
  sealed: 'it is sealed',
  denied: 'it refuses the token',
  cut: 'it cuts the line',
  silence: 'it does not answer',
  slow: 'it is slow',
};

export const keysAway: Kind = {
  name: 'key provider away',
  what: 'Vault, which holds the master key, away or slow while the processes that need it start anew',
  weight: 1,
  async inject({ rig: { server, vault }, random }) {
    const fault = random.pick(['sealed', 'denied', 'cut', 'silence', 'slow']);
    const isWhole = random.chance(0.4);
    vault.fail(fault as VaultFault);
    if (isWhole) {
      await server.kill();
      // Whether it then serves or refuses to: what counts is what it does once the keys are back.
      await Promise.race([server.startOnce(), delay(random.between(1_000, 4_000))]);
    } else {
      for (const pid of server.httpPids()) signalIfThere(pid, 'SIGKILL');
      await delay(random.between(1_000, 2_500));
    }
    return {
      variant: `${said[fault as VaultFault]}, ${isWhole ? 'the whole server' : 'all HTTP processes'} started anew`,
      async end() {
        vault.fail(null);
        await server.start();
      },
    };
  },
};
