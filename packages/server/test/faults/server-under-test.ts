import { setTimeout as delay } from 'node:timers/promises';
import { type OnfileProcess, spawnOnfile } from '../harness/onfile-process.ts';
import { descendantsOf, signalIfThere } from './processes.ts';
import { controlledBy } from './server-controls.ts';

/** Onfile as its processes: one that leads, with the background thread, and two that serve HTTP. */
export type ServerUnderTest = {
  url: string;
  /** The one that leads. */
  pid(): number;
  /** Those that serve HTTP. */
  httpPids(): number[];
  /** What the present one has logged and complained of. */
  complaints(): string;
  /** Starts it as often as it takes until it serves; does nothing while it runs. `settings` differ from the usual ones. */
  start(settings?: Record<string, string>): Promise<void>;
  /** One try; the refusal is what it said last when it does not start. */
  startOnce(settings?: Record<string, string>): Promise<{ refusal: string | null }>;
  /** kill -9 of every process of it, and gone; or of the leading one alone, whereupon the others end by themselves. */
  kill(): Promise<void>;
  killLeader(): Promise<void>;
  /** As a service manager stops it; resolves with its exit code. */
  stop(): Promise<number | null>;
};

const startMs = 60_000;

/** `usual` are the settings of every start; the port of the first one is kept. */
export async function startServerUnderTest(
  usual: Record<string, string>,
  controlsPath: string,
): Promise<ServerUnderTest> {
  let port = '0';
  let url = '';
  let current: OnfileProcess | null = null;
  let started: OnfileProcess | null = null;
  let starting: Promise<unknown> = Promise.resolve();

  async function tryToStart(settings: Record<string, string> = {}): Promise<{ refusal: string | null }> {
    const process = spawnOnfile({
      PORT: port,
      WORKERS: '2',
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'error',
      TOKENIZATION_TIMEOUT_MS: '1000',
      ...controlledBy(controlsPath),
      ...usual,
      ...settings,
    });
    started = process;
    try {
      [, url = ''] = await process.said(/^onfile ready on (\S+)$/m);
      port = new URL(url).port;
      current = process;
      return { refusal: null };
    } catch {
      return { refusal: process.errors().trimEnd().split('\n').at(-1) ?? '' };
    }
  }
  const startOnce: ServerUnderTest['startOnce'] = (settings) => {
    const trying = tryToStart(settings);
    starting = trying;
    return trying;
  };
  const server: ServerUnderTest = {
    get url() {
      return url;
    },
    pid: () => current?.pid ?? 0,
    httpPids: () => (current === null ? [] : descendantsOf(current.pid)),
    complaints: () => started?.errors() ?? '',
    startOnce,
    async start(settings) {
      const deadline = performance.now() + startMs;
      // One that was started and did not get there yet is waited for, until it serves or has ended.
      await starting;
      if (current !== null && !current.hasEnded()) return;
      for (;;) {
        const { refusal } = await startOnce(settings);
        if (refusal === null) return;
        if (performance.now() > deadline) throw new Error(`the server does not start: ${refusal}`);
        await delay(100);
      }
    },
    async kill() {
      const leader = started;
      if (leader === null) return;
      const others = descendantsOf(leader.pid);
      for (const pid of [leader.pid, ...others]) signalIfThere(pid, 'SIGKILL');
      await leader.ended;
    },
    async killLeader() {
      await current?.kill();
    },
    async stop() {
      current?.signal('SIGTERM');
      return (await current?.ended)?.code ?? null;
    },
  };
  await server.start();
  return server;
}
