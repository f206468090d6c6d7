import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { get as getSecurely, type RequestOptions } from 'node:https';
import type { Config } from '../../config.ts';
import { readCertificate } from '../../tls/certificate.ts';
import { bad, examine, type Finding, unknown } from './finding.ts';

const patienceMs = 3_000;
const anyAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
const dayMs = 86_400_000;
/** Usual issuers renew a month before the end; what is left of the last two weeks is for people. */
const fewDays = 14;

/** Whether a server answers where the settings say, and is ready for requests. */
export async function examineServing({ host, port, tls }: Config): Promise<Finding> {
  const check = 'server';
  if (port === 0) return unknown(check, 'PORT is 0, so the server chose a port by itself.');
  const address = anyAddress[host] ?? host;
  const url = `${tls ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  return examine(check, `Start the server with npm start, or name its HOST and PORT.`, async () => {
    const trusted = tls ? await trusting(tls.certFile) : {};
    const status = await answerStatus(`${url}/health/ready`, trusted).catch(() => null);
    if (status === null) throw new Error(`Nothing answers on ${url}`);
    if (status !== 200) throw new Error(`${url} answers ${status}, so it is not ready; look into the server's log`);
    return `${url} is ready for requests.`;
  });
}

/** Whether the certificate can be served, and for how long; nothing where there is none. */
export async function examineCertificate({ tls }: Config): Promise<Finding[]> {
  if (!tls) return [];
  const check = 'certificate';
  let daysLeft = 0;
  const finding = await examine(check, 'Name a certificate with TLS_CERT_FILE.', async () => {
    const { validUntil } = await readCertificate(tls, new Date());
    daysLeft = Math.floor((validUntil.getTime() - Date.now()) / dayMs);
    return `${tls.certFile} is good for ${daysLeft} more days.`;
  });
  const isShort = finding.state === 'good' && daysLeft < fewDays;
  return [isShort ? bad(check, finding.found, 'Renew it; the server takes the new files without a restart.') : finding];
}

/** The very certificate of the settings, whichever name the server is reached by here and whoever vouches for it. */
const trusting = async (certFile: string): Promise<RequestOptions> => ({
  ca: await readFile(certFile),
  allowPartialTrustChain: true,
  checkServerIdentity: () => undefined,
});

function answerStatus(url: string, trusted: RequestOptions): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const options = { ...trusted, signal: AbortSignal.timeout(patienceMs), agent: false };
  (url.startsWith('https:') ? getSecurely : get)(url, options, (answer) => {
    answer.resume();
    resolve(answer.statusCode);
  }).once('error', reject);
  return promise;
}
