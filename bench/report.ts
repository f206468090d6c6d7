import { asAdmin, type BenchDatabase } from './database.ts';
import { describeCommit, describeMachine, describeOtherWork } from './machine.ts';
import type { Measurements } from './measurements.ts';
import { findPgbench, pgbenchMissing, pgbenchVersion } from './pgbench.ts';
import { median } from './statistics.ts';

const nameWidth = 60;

const line = (name: string, perSecond: number, rest: string): void =>
  console.log(`${name.padEnd(nameWidth)} ${String(Math.round(perSecond)).padStart(6)}/s  ${rest}`);

const spread = (rates: readonly number[]): string => `(${rates.map((rate) => Math.round(rate)).join(', ')})`;

/** What the figures stand on: machine, commit, versions and durability. */
export async function reportGround(database: BenchDatabase): Promise<void> {
  const shown = await asAdmin(database, async (client) => {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings
       WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes') ORDER BY name`,
    );
    return new Map(rows.map(({ name, setting }) => [name, setting]));
  });
  const pgbench = findPgbench();
  const settings = ['fsync', 'synchronous_commit', 'full_page_writes'].map((name) => `${name} ${shown.get(name)}`);
  console.log(`machine   ${describeMachine()}`);
  console.log(`load      ${describeOtherWork()}`);
  console.log(`commit    ${describeCommit()}`);
  console.log(`versions  Node ${process.versions.node}, PostgreSQL ${shown.get('server_version')}`);
  console.log(`          ${pgbench === null ? pgbenchMissing : await pgbenchVersion(pgbench)}`);
  console.log(`durable   ${settings.join(', ')}`);
}

/** Medians over the rounds, each with its rounds behind it, then what they make of each other. */
export function report({ http, pgbench }: Measurements): void {
  console.log('');
  for (const { name, results } of http) {
    const rates = results.map((result) => result.perSecond);
    const ms = (of: 'p50' | 'p99') => `${of} ${median(results.map((result) => result[of])).toFixed(1)} ms`;
    const failed = results.reduce((sum, result) => sum + result.failed, 0);
    line(name, median(rates), `${ms('p50')}, ${ms('p99')}, ${failed} errors ${spread(rates)}`);
    for (const failure of results.flatMap((result) => result.failures).slice(0, 3)) console.log(`  ${failure}`);
  }
  for (const { name, results } of pgbench) {
    const rates = results.map((result) => result.perSecond);
    line(name, median(rates), `mean ${median(results.map((result) => result.meanMs)).toFixed(1)} ms ${spread(rates)}`);
  }
  reportRatios(http, pgbench);
}

/** Each contracted update against pgbench's best variant with that many clients. */
function reportRatios(http: Measurements['http'], pgbench: Measurements['pgbench']): void {
  if (pgbench.length === 0) return console.log(`\nratio     none: ${pgbenchMissing}`);
  console.log('');
  const rateOf = ({ results }: { results: { perSecond: number }[] }) => median(results.map((one) => one.perSecond));
  for (const clients of [...new Set(pgbench.map((one) => one.clients))].toReversed()) {
    const best = Math.max(...pgbench.filter((one) => one.clients === clients).map(rateOf));
    for (const one of http.filter(({ workers }) => workers === 1)) {
      const ratio = (rateOf(one) / best).toFixed(2);
      console.log(`ratio ${one.kind.toUpperCase().padEnd(4)} ${ratio}  of pgbench's best with ${clients} clients`);
    }
  }
}
