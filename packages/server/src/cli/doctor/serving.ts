import type { Config } from '../../config.ts';
import { examine, type Finding, unknown } from './finding.ts';

const patienceMs = 3_000;
const anyAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Whether a server answers where the settings say, and is ready for requests. */
export async function examineServing({ host, port }: Config): Promise<Finding> {
  const check = 'server';
  if (port === 0) return unknown(check, 'PORT is 0, so the server chose a port by itself.');
  const address = anyAddress[host] ?? host;
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  return examine(check, `Start the server with npm start, or name its HOST and PORT.`, async () => {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(patienceMs) }).catch(() => null);
    if (!answer) throw new Error(`Nothing answers on ${url}`);
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}, so it is not ready; look into the server's log`);
    return `${url} is ready for requests.`;
  });
}
