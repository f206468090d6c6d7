import { type RetentionKind, retentionKinds, retentionPeriods } from '../../contract/retention.ts';
import type { RetentionDays } from '../../contract/tenant-settings.ts';

const dayMs = 86_400_000;

/** For how many days a tenant keeps each kind of thing: as it says, or as is usual. */
export const retentionDaysOf = ({
  retentionDays = {},
}: {
  retentionDays?: RetentionDays | undefined;
}): Record<RetentionKind, number> =>
  Object.fromEntries(
    retentionKinds.map((kind) => [kind, retentionDays[kind] ?? retentionPeriods[kind].usual]),
  ) as Record<RetentionKind, number>;

/** What is older than this is kept no longer. */
export const keptSince = (tenant: { retentionDays: RetentionDays }, kind: RetentionKind, now: Date): Date =>
  new Date(now.getTime() - retentionDaysOf(tenant)[kind] * dayMs);
