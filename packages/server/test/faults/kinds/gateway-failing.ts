import { setTimeout as delay } from 'node:timers/promises';
import type { ServerUnderTest } from '../server-under-test.ts';
import type { Kind } from './kind.ts';

const gateways = {
  'fails at every call': { SIMULATOR_FAILURE_RATE: '1' },
  'fails at every second call': { SIMULATOR_FAILURE_RATE: '0.5' },
  'is slow': { SIMULATOR_LATENCY_MS: '400' },
  hangs: { SIMULATOR_LATENCY_MS: '60000' },
};

/** As a service manager does it: asked to stop, and started with other settings. */
async function restart(server: ServerUnderTest, settings: Record<string, string> = {}): Promise<void> {
  const exitCode = await server.stop();
  if (exitCode !== 0) throw new Error(`the server ended with ${exitCode} when it was asked to stop`);
  await server.start(settings);
}

export const gatewayFailing: Kind = {
  name: 'gateway failing',
  what: 'a gateway that fails, is slow, or hangs, with a graceful restart of the server before and after',
  weight: 1,
  async inject({ rig: { server }, random }) {
    const [first = '', ...others] = Object.keys(gateways);
    const how = random.pick([first, ...others]) as keyof typeof gateways;
    await restart(server, gateways[how]);
    await delay(random.between(800, 2_500));
    return { variant: how, end: () => restart(server) };
  },
};
