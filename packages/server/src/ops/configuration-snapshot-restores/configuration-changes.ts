import { isDeepStrictEqual } from 'node:util';
import type { ConfigurationDocument, RestoreConflict } from '../../contract/configuration-snapshot.ts';
import type { Configuration } from '../../store/configuration.ts';
import { documentOf } from '../configuration-snapshots/document.ts';

type Settings = ConfigurationDocument['settings'];
type CustomField = ConfigurationDocument['custom_fields'][number];
type Account = ConfigurationDocument['merchant_accounts'][number];

/** One thing that has to be changed, from the version that it has now; null creates it. */
export type ConfigurationChange = Pick<RestoreConflict, 'id'> &
  (
    | { resource: 'settings'; version: number; to: Settings }
    | ({ resource: 'custom_field' } & ItemChange<CustomField>)
    | ({ resource: 'merchant_account' } & ItemChange<Account>)
  );

/** What an item has to become; one that is not wanted is made inactive, and never deleted. */
type ItemChange<Item> = { id: string } & ({ version: null; to: Item } | { version: number; to: Item | 'inactive' });

function itemChanges<Item extends { id: string; is_active?: boolean }>(
  current: readonly Item[],
  wanted: readonly Item[],
  versions: ReadonlyMap<string, number>,
): ItemChange<Item>[] {
  const known = new Map(current.map((item) => [item.id, item]));
  const ids = new Set(wanted.map(({ id }) => id));
  const changed = wanted.filter((item) => !isDeepStrictEqual(known.get(item.id), item));
  const needless = current.filter(({ id, is_active }) => !ids.has(id) && is_active !== false);
  const changeOf = (id: string, to: Item | 'inactive'): ItemChange<Item>[] => {
    const version = versions.get(id);
    if (version !== undefined) return [{ id, version, to }];
    return to === 'inactive' ? [] : [{ id, version: null, to }];
  };
  return [...changed.flatMap((to) => changeOf(to.id, to)), ...needless.flatMap(({ id }) => changeOf(id, 'inactive'))];
}

/** What has to be changed so that the configuration becomes the wanted one: settings, then fields, then accounts. */
export function configurationChanges(current: Configuration, wanted: ConfigurationDocument): ConfigurationChange[] {
  const { settings, customFields, merchantAccounts } = current;
  const now = documentOf(current);
  const fieldVersions = new Map(customFields.map(({ id, version }) => [id, version]));
  const accountVersions = new Map(merchantAccounts.map((row) => [row.merchant_account_id, row.version]));
  const fields = itemChanges<CustomField>(now.custom_fields, wanted.custom_fields, fieldVersions);
  const accounts = itemChanges<Account>(now.merchant_accounts, wanted.merchant_accounts, accountVersions);
  return [
    ...(isDeepStrictEqual(now.settings, wanted.settings)
      ? []
      : [{ resource: 'settings' as const, id: 'settings', version: settings.version, to: wanted.settings }]),
    ...fields.map((change) => ({ resource: 'custom_field' as const, ...change })),
    ...accounts.map((change) => ({ resource: 'merchant_account' as const, ...change })),
  ];
}
