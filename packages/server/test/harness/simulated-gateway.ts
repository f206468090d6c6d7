import type { Connector } from '../../src/connectors/connector.ts';
import type { ChallengeStore } from '../../src/connectors/simulated/challenge-store.ts';
import { type PageName, parsePageName } from '../../src/connectors/simulated/page-url.ts';
import type { RedirectStore } from '../../src/connectors/simulated/redirect-store.ts';
import {
  createSimulatedConnector,
  type SimulatedConnectorOptions,
  type SimulatorMemory,
} from '../../src/connectors/simulated/simulated-connector.ts';

/** The merchant account that the tests of the simulated gateway call for. */
export const account = { tenantId: 'gym-1', merchantAccountId: 'main', processorAccountId: 'acct_1' };

const keyOf = ({ tenantId, pageId }: PageName) => `${tenantId}/${pageId}`;

const memoryChallenges = (): ChallengeStore => {
  const rows = new Map<string, NonNullable<Awaited<ReturnType<ChallengeStore['find']>>>>();
  return {
    async create({ publishedOutcome, ...name }) {
      rows.set(keyOf(name), { state: 'pending', publishedOutcome });
    },
    async find(name) {
      return rows.get(keyOf(name)) ?? null;
    },
    async decide({ state, ...name }) {
      const challenge = rows.get(keyOf(name));
      if (challenge?.state === 'pending') challenge.state = state;
    },
  };
};

const memoryRedirects = (): RedirectStore => {
  const rows = new Map<string, NonNullable<Awaited<ReturnType<RedirectStore['find']>>>>();
  return {
    async create({ choice, returnUrl, ...name }) {
      rows.set(keyOf(name), { state: 'pending', payerId: null, choice, returnUrl });
    },
    async find(name) {
      return rows.get(keyOf(name)) ?? null;
    },
    async decide(name, decision) {
      const redirect = rows.get(keyOf(name));
      if (redirect?.state === 'pending') rows.set(keyOf(name), { ...redirect, ...decision });
    },
  };
};

/** The simulated gateway by itself: its memory ends with it. */
export const simulatedGateway = (
  options: Partial<SimulatedConnectorOptions> = {},
): SimulatorMemory & { connector: Connector } => {
  const memory = { challenges: memoryChallenges(), redirects: memoryRedirects() };
  return {
    ...memory,
    connector: createSimulatedConnector({ ...memory, baseUrl: () => 'http://127.0.0.1:8080', ...options }),
  };
};

/** The name of the page behind a URL that the simulated gateway gave. */
export const pageNameOf = (url: string): PageName => {
  const name = parsePageName(new URL(url).pathname.split('/').at(-1) ?? '');
  if (!name) throw new Error(`no page of the simulator: ${url}`);
  return name;
};
