import { isDeepStrictEqual } from 'node:util';
import type {
  ConfigurationDocument,
  Differences,
  FieldDifference,
  SnapshotComparison,
} from '../../contract/configuration-snapshot.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where two objects differ, field by field; a list is one value. */
function fieldDifferences(before: Fields, after: Fields, parent = ''): FieldDifference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name): FieldDifference[] => {
    const path = parent === '' ? name : `${parent}.${name}`;
    const [earlier, later] = [before[name], after[name]];
    if (isDeepStrictEqual(earlier, later)) return [];
    if (isFields(earlier) && isFields(later)) return fieldDifferences(earlier, later, path);
    return [
      { path, ...(earlier === undefined ? {} : { before: earlier }), ...(later === undefined ? {} : { after: later }) },
    ];
  });
}

type Listed = { id: string };

function listDifferences(before: readonly Listed[], after: readonly Listed[]): Differences {
  const earlier = new Map(before.map((item) => [item.id, item]));
  const later = new Map(after.map((item) => [item.id, item]));
  return {
    added: after.filter(({ id }) => !earlier.has(id)).map(({ id }) => id),
    removed: before.filter(({ id }) => !later.has(id)).map(({ id }) => id),
    changed: before.flatMap((item) => {
      const other = later.get(item.id);
      const fields = other ? fieldDifferences({ ...item }, { ...other }) : [];
      return fields.length > 0 ? [{ id: item.id, fields }] : [];
    }),
  };
}

/** What is different in the second configuration, seen from the first. */
export const differencesOf = (before: ConfigurationDocument, after: ConfigurationDocument): SnapshotComparison => ({
  settings: listDifferences([{ id: 'settings', ...before.settings }], [{ id: 'settings', ...after.settings }]),
  custom_fields: listDifferences(before.custom_fields, after.custom_fields),
  merchant_accounts: listDifferences(before.merchant_accounts, after.merchant_accounts),
});
