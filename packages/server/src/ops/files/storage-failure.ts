import { StorageUnavailable } from '../../connectors/files/file-storage.ts';
import { OnfileError } from '../../errors.ts';

/** Runs what uses the storage of files. Throws 503, worth another try, when it fails. */
export async function fromStorage<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    throw new OnfileError('errormessage.unavailable', { cause: error, headers: { 'retry-after': '1' } });
  }
}
