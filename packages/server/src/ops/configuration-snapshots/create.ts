import { v7 as timeOrderedUuid } from 'uuid';
import type { Context } from '../../context.ts';
import {
  type ConfigurationSnapshot,
  documentFormat,
  type SnapshotCreation,
} from '../../contract/configuration-snapshot.ts';
import { readConfiguration } from '../../store/configuration.ts';
import { insertSnapshot, type SnapshotRow } from '../../store/configuration-snapshots.ts';
import { insertTrail } from '../../store/trail.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { checkName } from '../display-name.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';
import { documentOf } from './document.ts';
import { presentSnapshot } from './present.ts';

/**
 * Captures the tenant's settings, custom fields and merchant accounts at one instant. Throws 400 for a name that cannot
 * be used.
 */
export const createConfigurationSnapshot = operation(
  'SNAPSHOT_WRITE',
  async (ctx: Context, { body }: { body: SnapshotCreation }): Promise<ConfigurationSnapshot> => {
    refuseLimitedCaller(ctx, 'SNAPSHOT_WRITE');
    checkName(body.name);
    refuseCardNumbers(body);
    const { tenantId } = ctx.tenant;
    const at = ctx.now();
    const row: SnapshotRow = {
      snapshot_id: `snapshot_${timeOrderedUuid()}`,
      name: body.name,
      description: body.description ?? null,
      format_version: documentFormat,
      document: documentOf(await readConfiguration(ctx.db, tenantId)),
      captured_at: at,
      created_by_id: ctx.caller.id,
    };
    const shown = presentSnapshot(row);
    const subject = { kind: 'configuration_snapshot', id: row.snapshot_id };
    return ctx.db.transaction(tenantId, async (tx) => {
      await insertSnapshot(tx, row);
      await insertTrail(tx, trailOf(ctx, { action: 'configuration_snapshot.created', at, subject }));
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  },
);
