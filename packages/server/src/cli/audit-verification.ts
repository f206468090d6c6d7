import type { Verification } from '../ops/audit/verify.ts';

const mostShown = 20;
const counted = new Intl.NumberFormat('en');

/** A tenant's verification in words. */
export function verificationText({
  tenantId,
  sealed,
  removedThrough,
  waiting,
  checkpoints,
  findings,
  findingCount,
}: Verification): string {
  const removed =
    removedThrough > 0
      ? `; from number ${counted.format(removedThrough + 1)} on, what came before was kept long enough`
      : '';
  const size = `${counted.format(sealed)} sealed, ${counted.format(waiting)} waiting, ${counted.format(checkpoints)} checkpoints${removed}`;
  if (findingCount === 0) return `${tenantId}: as it was written (${size}).`;
  const shown = findings.slice(0, mostShown).map(({ text }) => `  ${text}`);
  const more = findingCount - shown.length;
  return [
    `${tenantId}: ${counted.format(findingCount)} found (${size}).`,
    ...shown,
    ...(more > 0 ? [`  And ${counted.format(more)} more; --json names up to a thousand.`] : []),
  ].join('\n');
}

/** One line on a person's terminal that tells how far it is; nothing where nobody looks. */
export function verificationProgress(tenantId: string): { show(verified: number): void; end(): void } {
  const { stderr } = process;
  const toStartOfLine = '\r\u001B[K';
  return {
    show(verified) {
      if (stderr.isTTY) stderr.write(`${toStartOfLine}${tenantId}: ${counted.format(verified)} verified`);
    },
    end() {
      if (stderr.isTTY) stderr.write(toStartOfLine);
    },
  };
}
