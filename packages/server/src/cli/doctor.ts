import { Command } from 'commander';
import { readConfig } from '../config.ts';
import type { Keep } from './answer.ts';
import { examineDatabase, openExaminedDatabase } from './doctor/database.ts';
import { examineErasureRegister } from './doctor/erasure-register.ts';
import type { Finding } from './doctor/finding.ts';
import { examineMachine } from './doctor/machine.ts';
import { examineMasterKey } from './doctor/master-key.ts';
import { examineCertificate, examineServing } from './doctor/serving.ts';

/** `onfile doctor`: examines a deployment, and fails when something is to be mended. */
export const doctorCommand = (keep: Keep): Command =>
  new Command('doctor').description('examine this installation, and say what to mend').action(async () => {
    const findings = await examineInstallation();
    const isHealthy = findings.every(({ state }) => state !== 'bad');
    keep({ document: { isHealthy, checks: findings }, text: report(findings, isHealthy), isFailure: !isHealthy });
  });

async function examineInstallation(): Promise<Finding[]> {
  const config = readConfig();
  const db = await openExaminedDatabase(config);
  try {
    const database = await examineDatabase(config, db);
    const isReached = database[0]?.state === 'good';
    const isMigrated = database.some(({ check, state }) => check === 'migrations' && state === 'good');
    return [
      ...(await examineMachine(config)),
      ...database,
      ...(await examineMasterKey(config, isReached ? db : null)),
      await examineErasureRegister(config, isMigrated ? db : null),
      ...(await examineCertificate(config)),
      await examineServing(config),
    ];
  } finally {
    await db?.close();
  }
}

const marks = { good: 'ok  ', bad: 'BAD ', unknown: '?   ' } as const;

function report(findings: readonly Finding[], isHealthy: boolean): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, state, found, mend }) => {
    const line = `${marks[state]} ${check.padEnd(width)}  ${found}`;
    return mend ? `${line}\n     ${' '.repeat(width)}  → ${mend}` : line;
  });
  const verdict = isHealthy ? 'Nothing needs mending.' : 'Something needs mending; see the lines with an arrow.';
  return [...lines, '', verdict].join('\n');
}
