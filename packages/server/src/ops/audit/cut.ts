import { type KeyObject, sign, verify } from 'node:crypto';
import type { Context } from '../../context.ts';
import { type AuditCut, findCheckpointToCutAt, insertCut } from '../../store/audit-cuts.ts';
import type { Transaction } from '../../store/database.ts';
import { insertTrail } from '../../store/trail.ts';
import { trailOf } from '../trail.ts';
import { checkpointKeys, isGenuine } from './checkpoint.ts';

/** Each cut is an entry of the audit itself. */
const betweenCutsMs = 24 * 3_600_000;

const signedText = (tenantId: string, { number, chain, at }: Omit<AuditCut, 'signature'>): Buffer =>
  Buffer.from(JSON.stringify(['onfile-audit-cut', 1, tenantId, number, chain.toString('base64'), at.toISOString()]));

/** The public halves of the keys that sign a tenant's checkpoints and cuts. */
const publicKeysOf = ({ keys }: Pick<Context, 'keys'>): KeyObject[] =>
  keys.every('audit').map((audit) => checkpointKeys(audit).publicKey);

/** Whether Onfile made the cut for this tenant; anybody else who removes the beginning of a chain cannot say so. */
export const isGenuineCut = (publicKeys: readonly KeyObject[], tenantId: string, cut: AuditCut): boolean =>
  publicKeys.some((publicKey) => verify(null, signedText(tenantId, cut), publicKey, cut.signature));

/**
 * Signs that the audit from before an instant is to be removed: up to the last checkpoint from before it, whose chain
 * value is what verification then begins with. At most once a day; nothing happens when there is none, or it is not
 * genuine.
 */
export async function cutAudit(tx: Transaction, ctx: Context, before: Date): Promise<void> {
  const { tenantId } = ctx.tenant;
  const now = ctx.now();
  const checkpoint = await findCheckpointToCutAt(tx, before, new Date(now.getTime() - betweenCutsMs));
  if (!checkpoint || !isGenuine(publicKeysOf(ctx), tenantId, checkpoint)) return;
  const cut = { number: checkpoint.number, chain: checkpoint.chain, at: now };
  const { privateKey } = checkpointKeys(ctx.keys.audit);
  await insertCut(tx, { ...cut, signature: sign(null, signedText(tenantId, cut), privateKey) });
  const details = { under: ctx.keys.wrapping, value: { through: cut.number } };
  const subject = { kind: 'tenant', id: tenantId };
  await insertTrail(tx, trailOf(ctx, { action: 'audit.cut', at: cut.at, subject, details }));
}
