import { stat, statfs } from 'node:fs/promises';
import type { Config } from '../../config.ts';
import { bad, type Finding, good, unknown } from './finding.ts';

const leastNode = [22, 18] as const;
const leastFreeBytes = 1024 ** 3;
const othersReadOrWrite = 0o066;

/** The machine that the command runs on, which is the server's where DATA_DIR is the server's. */
export async function examineMachine(config: Config): Promise<Finding[]> {
  return [nodeVersion(process.versions.node), await dataDirectory(config), await freeDisk(config)];
}

function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = leastNode;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return good('Node', `Version ${version}.`);
  return bad(
    'Node',
    `Version ${version} cannot run Onfile.`,
    'Run npm ci in the checkout, which brings a Node of its own.',
  );
}

const absent = 'Start the server once with npm start, or name its directory with DATA_DIR.';

/** Others may pass through, as the account of the embedded database must, but neither list nor write. */
async function dataDirectory({ dataDir }: Config): Promise<Finding> {
  const check = 'data directory';
  const found = await stat(dataDir).catch(() => null);
  if (!found) return bad(check, `${dataDir} is not there.`, absent);
  if (!found.isDirectory()) return bad(check, `${dataDir} is not a directory.`, 'Name another one with DATA_DIR.');
  if (found.mode & othersReadOrWrite) {
    const mode = (found.mode & 0o777).toString(8);
    return bad(check, `${dataDir} is open to other accounts (mode ${mode}).`, `Run chmod go-rw ${dataDir}.`);
  }
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && found.uid !== own) {
    return bad(check, `${dataDir} belongs to another account.`, 'Run the server and this command as that account.');
  }
  return good(check, `${dataDir} is closed to other accounts.`);
}

async function freeDisk({ dataDir }: Config): Promise<Finding> {
  const check = 'disk';
  const disk = await statfs(dataDir).catch(() => null);
  if (!disk) return unknown(check, 'The data directory is not there.');
  const free = disk.bavail * disk.bsize;
  const found = `${(free / 1024 ** 3).toFixed(1)} GiB are free.`;
  return free < leastFreeBytes ? bad(check, found, 'Make room: a full disk stops every change.') : good(check, found);
}
