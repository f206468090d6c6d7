import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FromLoad, LoadOrder, ToLoad } from './messages.ts';

export type { LoadOrder } from './messages.ts';

/** Both contracted updates and their company, sent from a process of its own until it is stopped. */
export type RunningLoad = {
  acknowledged(): { records: number; instruments: number };
  /** Resolves when both dialects have been acknowledged once more each than at the call. */
  goesOn(patienceMs: number): Promise<void>;
  /** Resolves when nothing is under way any more. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends it, and the process. Throws when it had ended by itself. */
  stop(): Promise<void>;
  /** Ends the process whatever it is at. */
  abandon(): void;
};

const program = join(import.meta.dirname, 'load-process.ts');
const pauseMs = 60_000;

export function startLoad(order: LoadOrder): RunningLoad {
  const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  let counts = { records: 0, instruments: 0 };
  let hasEnded = false;
  const listeners = new Set<(message: FromLoad | 'ended') => void>();
  const tell = (message: ToLoad) => void child.send(message);
  child.on('message', (message: FromLoad) => {
    if (typeof message === 'object') counts = { ...message.acknowledged };
    for (const listener of listeners) listener(message);
  });
  child.once('exit', () => {
    hasEnded = true;
    for (const listener of listeners) listener('ended');
  });
  tell({ order });

  /** Waits for a message that `isIt`. Throws with `what` when it does not come. */
  function heard(isIt: (message: FromLoad) => boolean, patienceMs: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        listeners.delete(listener);
        outcome();
      };
      const listener = (message: FromLoad | 'ended') => {
        if (message === 'ended') settle(() => reject(new Error('the load ended by itself')));
        else if (isIt(message)) settle(resolve);
      };
      const timer = setTimeout(() => settle(() => reject(new Error(what))), patienceMs);
      listeners.add(listener);
      if (hasEnded) listener('ended');
    });
  }

  return {
    acknowledged: () => counts,
    goesOn(patienceMs) {
      const { records, instruments } = counts;
      const isOn = () => counts.records > records && counts.instruments > instruments;
      return heard(isOn, patienceMs, `no update of each dialect was acknowledged in ${patienceMs} ms`);
    },
    async pause() {
      const paused = heard((message) => message === 'paused', pauseMs, 'the load does not stand still');
      tell('pause');
      await paused;
    },
    resume: () => tell('resume'),
    abandon: () => void child.kill('SIGKILL'),
    async stop() {
      if (hasEnded) throw new Error('the load ended by itself');
      tell('stop');
      const force = setTimeout(() => child.kill('SIGKILL'), pauseMs);
      await ended;
      clearTimeout(force);
    },
  };
}
