import { join } from 'node:path';
import { type Checked, createChecker } from './check/checker.ts';
import { createFindings, type Finding } from './check/findings.ts';
import { checkGatewayTasks } from './check/gateway-tasks.ts';
import type { Subject } from './check/subject.ts';
import { type FaultTenant, openClient } from './client.ts';
import { type RunningLoad, startLoad } from './load/load.ts';
import type { Rig } from './rig.ts';

/** Some faults upon one tenant and its load, so that what has to be read again stays bounded. */
export type Chapter = {
  tenant: FaultTenant;
  load: RunningLoad;
  /** Stops the load for as long as it takes to check what is there, and the audit's chain if that is asked for. */
  check(verifiesAudit: boolean): Promise<Checked>;
  /** Ends the load and checks everything once more, with every update sent again. */
  close(): Promise<Checked>;
  /** Waits for what is to be done at gateways; `left` are the tasks that still wait for their turn in the queue. */
  awaitGatewayTasks(patienceMs: number): Promise<{ findings: Finding[]; left: number }>;
};

/** More than any fault moves the clock by, and than an interrupted attempt keeps its key. */
const settlingMs = 2 * 3_600_000 + 120_000;
const beginningMs = 60_000;

export async function openChapter(rig: Rig, tenantId: string, seed: number): Promise<Chapter> {
  const tenant = await rig.newTenant(tenantId);
  const journalPath = join(rig.directory, `${tenantId}.journal`);
  const load = startLoad({ url: rig.server.url, tenant, journalPath, seed });
  const client = openClient(rig.server.url, tenant);
  const subject: Subject = { client, query: (text, values) => rig.database.query(text, values) };
  const checker = createChecker(subject, journalPath);
  const verifyAudit = () => rig.command(['audit', 'verify', '--tenant', tenantId]);
  await load.goesOn(beginningMs);
  return {
    tenant,
    load,
    async check(verifiesAudit) {
      await load.pause();
      const [checked] = await Promise.all([checker.check(), verifiesAudit && verifyAudit()]);
      load.resume();
      return checked;
    },
    async close() {
      await load.pause();
      await load.stop();
      rig.moveClock(rig.clockOffset() + settlingMs);
      const settled = await checker.settle();
      await verifyAudit();
      return settled;
    },
    async awaitGatewayTasks(patienceMs) {
      const findings = createFindings();
      const left = await checkGatewayTasks(subject, patienceMs, findings);
      return { findings: findings.list, left };
    },
  };
}
