import { join } from 'node:path';
import { chooseClusterDirectory, exists } from './cluster.ts';
import { type ClusterRecord, claimClusterRecord, newClusterRecord, readClusterRecord } from './cluster-record.ts';
import { newClusterAccount } from './database-account.ts';

/**
 * The record of this data directory, made on the first start before the cluster is, so that a start that is killed in
 * between, or two at the same moment, end up with the same passwords. Throws a sentence when record and cluster do not
 * belong together, rather than begin with an empty database.
 */
export async function openClusterRecord(dataDirectory: string): Promise<ClusterRecord> {
  const orphan = join(dataDirectory, 'postgres');
  const orphanExists = await exists(orphan);
  const record = await readClusterRecord(dataDirectory);
  if (record === null) {
    if (orphanExists) {
      throw new Error(`${dataDirectory} holds a database but no postgres.json with its passwords; restore that file`);
    }
    const clusterDirectory = await chooseClusterDirectory(dataDirectory, await newClusterAccount());
    return claimClusterRecord(dataDirectory, newClusterRecord(clusterDirectory));
  }
  if (record.port !== null && !(await exists(record.clusterDirectory))) {
    throw new Error(
      `the database directory ${record.clusterDirectory}, named in ${join(dataDirectory, 'postgres.json')}, is missing; restore it, or set DATA_DIR to a new directory to begin with an empty database`,
    );
  }
  return record;
}
