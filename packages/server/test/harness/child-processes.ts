import { runAs } from '../../src/embedded-postgres/run-as.ts';

/** The Node processes that this one started; PostgreSQL, which has a session of its own, is none of them. */
export async function childrenOf(parent: number): Promise<number[]> {
  const { output } = await runAs(null, 'ps', ['-A', '-o', 'pid=,ppid=,sess=,stat=']);
  const rows = output.split('\n').map((line) => line.trim().split(/\s+/));
  const session = rows.find(([pid]) => Number(pid) === parent)?.[2];
  const children = rows.filter(([, ppid, sess, stat]) => {
    return Number(ppid) === parent && sess === session && !stat?.startsWith('Z');
  });
  return children.map(([pid]) => Number(pid));
}
