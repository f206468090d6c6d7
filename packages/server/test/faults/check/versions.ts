import { readPatiently } from '../client.ts';
import { markOf } from '../load/marks.ts';
import { recordPath } from '../load/record-client.ts';
import type { Findings } from './findings.ts';
import { forAll, type Subject } from './subject.ts';

/** A version of a record as it was read through the Records API. */
export type Version = { id: string; version: number; action: string; deleted: boolean; mark: number | null };

/** The versions of each record that have been read, by id; a version never changes, so each is read once. */
export type ReadVersions = Map<string, Version[]>;

type Row = {
  id: string;
  version: number;
  current: number;
  at: Date;
  audits: number;
  events: number;
  /** Of a bulk load, which tells by itself what became of its rows. */
  isLoaded: boolean;
};

const storedVersions = `
  WITH audited AS (
    SELECT subject_id, subject_version, count(*)::int AS n FROM audit_entries
    WHERE tenant_id = $1 AND subject_version IS NOT NULL AND action NOT LIKE '%\\_read' GROUP BY 1, 2
  ), told AS (
    SELECT subject_id, subject_version, count(*)::int AS n FROM events
    WHERE tenant_id = $1 AND subject_version IS NOT NULL GROUP BY 1, 2
  )
  SELECT v.id, v.sys_version AS version, m.sys_version AS current, v.sys_last_modified_at AS at,
    coalesce(a.n, 0) AS audits, coalesce(t.n, 0) AS events, coalesce(v.sys_external_id LIKE 'loaded-%', false) AS "isLoaded"
  FROM stored_payment_method_versions v
  JOIN stored_payment_methods m USING (tenant_id, id)
  LEFT JOIN audited a ON (a.subject_id, a.subject_version) = (v.id, v.sys_version)
  LEFT JOIN told t ON (t.subject_id, t.subject_version) = (v.id, v.sys_version)
  WHERE v.tenant_id = $1
  ORDER BY v.id, v.sys_version`;

/**
 * Holds that each record's versions run from 1 without a gap to the current one, later ones at later times, each with
 * one audit entry and one event; and reads those that are new through the API into `known`.
 */
export async function checkVersions(subject: Subject, known: ReadVersions, findings: Findings): Promise<Row[]> {
  const rows = await subject.query<Row>(storedVersions, [subject.client.tenant.tenantId]);
  const records = [...Map.groupBy(rows, ({ id }) => id)];
  for (const [id, versions] of records) {
    const last = versions.at(-1);
    for (const [n, row] of versions.entries()) {
      const before = versions[n - 1];
      findings.hold(row.version === n + 1, 'versions have no gap', () => ({ id, row }));
      findings.hold(!before || before.at < row.at, 'a later version has a later time', () => ({ id, before, row }));
      findings.hold(row.audits === 1, 'each version has one audit entry', () => ({ id, row }));
      findings.hold(row.events === 1, 'each version has one event', () => ({ id, row }));
    }
    findings.hold(last?.current === last?.version, 'the record is its last version', () => ({ id, last }));
  }
  const grown = records.filter(
    ([id, versions]) => !versions[0]?.isLoaded && versions.length > (known.get(id)?.length ?? 0),
  );
  await forAll(grown, async ([id, versions]) => {
    const read = await readNewVersions(subject, id, known.get(id) ?? [], findings);
    known.set(id, read);
    findings.hold(read.length === versions.length, 'the history is complete', () => ({
      id,
      read: read.length,
      versions: versions.length,
    }));
  });
  return rows;
}

async function readNewVersions(
  { client }: Subject,
  id: string,
  known: readonly Version[],
  findings: Findings,
): Promise<Version[]> {
  const fresh: any[] = [];
  for (let start = ''; ; ) {
    const path = recordPath(client, id, `/history?limit=100${start}`);
    const page = await readPatiently(client, 'access-token', path);
    fresh.push(...page.Items.filter((item: any) => item.sys_version > known.length));
    const oldest = page.Items.at(-1)?.sys_version ?? 1;
    if (page.LastEvaluatedKey === undefined || oldest <= known.length) break;
    start = `&exclusiveStartKey=${page.LastEvaluatedKey}`;
  }
  const versions = [...known];
  for (const { sys_version: version, action, deleted = false } of fresh.toReversed()) {
    const path = recordPath(client, id, `?as_of=${version}`);
    const content = deleted ? null : await readPatiently(client, 'access-token', path);
    const mark = content && markOf(content);
    findings.hold(deleted || mark !== null, 'nothing of an update is there by halves', () => ({
      id,
      version,
      action,
      content,
    }));
    versions.push({ id, version, action, deleted, mark });
  }
  return versions;
}
