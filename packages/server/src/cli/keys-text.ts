import { isAnyOld } from '../ops/keys/check-old-keys.ts';
import type { DamagedRow } from '../ops/keys/damaged.ts';
import type { ListedKeys } from '../ops/keys/list-keys.ts';
import type { KeyRotation, TenantsRotation } from '../ops/keys/rotate-keys.ts';
import { table } from './table.ts';

const counted = new Intl.NumberFormat('en');

/** A tenant's keys in words. */
export function keysText({ tenantId, keys, customerKeys }: ListedKeys): string {
  const rows = keys.map((key) => [key.purpose, key.state, key.id, key.activeFrom?.toISOString() ?? '', key.wrappedBy]);
  const { current, retired } = customerKeys;
  const kept = retired > 0 ? `, and ${counted.format(retired)} earlier ones that entries of the audit name` : '';
  return [
    tenantId,
    table(['purpose', 'state', 'id', 'in use from', 'wrapped by'], rows),
    `${counted.format(current)} keys of customers${kept}.`,
  ].join('\n');
}

/** Something is still under an earlier key, does not open, or a number is not recognised any more. */
export const isRotationFailure = ({ tenants }: KeyRotation): boolean =>
  tenants.some(({ old, tenant, damaged }) => isAnyOld(old) || damaged.length > 0 || (tenant?.unrecognised ?? 0) > 0);

/** What a rotation came to, in words. */
export function rotationText({ master, isContinued, tenants }: KeyRotation): string {
  return [
    ...(isContinued ? ['A rotation that was under way already was finished; no new one was begun.'] : []),
    ...(master
      ? [`The master key is ${master.keyId}: ${counted.format(master.rewrapped)} keys of tenants wrapped anew.`]
      : []),
    ...tenants.flatMap(tenantLines),
  ].join('\n');
}

function tenantLines({ tenantId, tenant, customers, damaged, old }: TenantsRotation): string[] {
  const done = [
    ...(tenant ? [`tenant’s keys rotated, ${counted.format(tenant.renewed)} things renewed`] : []),
    ...(customers ? [`${counted.format(customers.customers)} customers’ keys rotated`] : []),
  ].join('; ');
  const left = Object.entries({ ...old.tenant, ...old.customers }).map(([place, n]) => `${counted.format(n)} ${place}`);
  const unrecognised = tenant?.unrecognised ?? 0;
  const kept = old.keptForAudit > 0 ? `; ${counted.format(old.keptForAudit)} kept for the audit` : '';
  return [
    `${tenantId}: ${done || 'nothing to be done'}.`,
    left.length === 0
      ? `  Nothing is under an earlier key but details of the audit${kept}.`
      : `  Still under earlier keys: ${left.join(', ')}.${damaged.length === 0 ? ' Run the command again.' : ''}`,
    ...damagedLines(damaged),
    ...(unrecognised > 0
      ? [`  ${counted.format(unrecognised)} numbers could not be given a new fingerprint; their key is kept.`]
      : []),
  ];
}

const mostNamed = 20;

function damagedLines(damaged: readonly DamagedRow[]): string[] {
  if (damaged.length === 0) return [];
  const more = damaged.length - mostNamed;
  return [
    '  These do not open, because they were changed; they stay as they are, and so does the key that each names:',
    ...damaged.slice(0, mostNamed).map(({ table: name, id }) => `    ${name} ${id}`),
    ...(more > 0 ? [`    and ${counted.format(more)} more, which --json names`] : []),
    '  Bring them back from a backup, and run the command again.',
  ];
}
