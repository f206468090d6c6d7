import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

const gibibyte = 2 ** 30;

/** What the figures were measured on, in a line. */
export function describeMachine(): string {
  const cores = cpus();
  return `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores, ${Math.round(totalmem() / gibibyte)} GiB`;
}

/**
 * How many other programs want a core, over the last minute. Where there are any, the rates say little: pgbench's many
 * processes then get a larger share of the cores than the server's one.
 */
export function describeOtherWork(): string {
  const [lastMinute = 0] = loadavg();
  return `${lastMinute.toFixed(1)}${lastMinute > 1 ? ', so the machine is not idle and the ratio is not to be trusted' : ''}`;
}

/** The commit that is checked out, and whether files differ from it. */
export function describeCommit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' });
  try {
    return `${git('rev-parse', '--short', 'HEAD').trim()}${git('status', '--porcelain').trim() === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown, not a checkout';
  }
}
