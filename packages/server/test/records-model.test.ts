import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { startTestServer, type TestServer } from './harness/server.ts';
import { sequences } from './model/arbitrary-steps.ts';
import { type Deployment, deploy } from './model/deployment.ts';
import { runSequence } from './model/sequence.ts';

/** How many sequences; `ONFILE_MODEL_SEED` and `ONFILE_MODEL_PATH` run one again, as a failure prints them. */
const runs = Number(process.env['ONFILE_MODEL_RUNS'] ?? 200);
const { ONFILE_MODEL_SEED: seed, ONFILE_MODEL_PATH: path } = process.env;

/** Sequences that run at the same time, each for customers of its own. */
const lanes = 6;

/** Well within what a test file may take, so that a failure is still told while it is being shrunk. */
const timeLimit = { interruptAfterTimeLimit: 200_000, markInterruptAsFailure: true };

let server: TestServer;
let deployment: Deployment;

before(async () => {
  server = await startTestServer();
  deployment = await deploy(server);
});

after(() => server.stop());

const check = (parameters: fc.Parameters<[Parameters<typeof runSequence>[1]]>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(sequences, (sequence) => runSequence(deployment, sequence)),
    { ...parameters, ...timeLimit },
  );

describe('whatever clients do to payment methods on file, one after the other and two at once', () => {
  it('is answered, and kept, as the contracts promise', async () => {
    if (seed !== undefined)
      return check({ seed: Number(seed), ...(path === undefined ? {} : { path }), numRuns: runs });
    const ends = await Promise.allSettled(
      Array.from({ length: lanes }, () => check({ numRuns: Math.ceil(runs / lanes) })),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  });
});
