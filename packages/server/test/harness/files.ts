import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sweepTenant } from '../../src/jobs/sweep.ts';
import { bearer, type Payee, type Reachable } from './main-job.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

/** A whole small PDF, PNG and text. */
export const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export const announce = (server: Reachable, tenant: Payee, overrides: Record<string, unknown> = {}): Promise<Answer> =>
  server.call('POST', `/files/${tenant.tenantId}`, {
    headers: bearer(tenant),
    body: { file_name: 'mandate.pdf', media_type: 'application/pdf', size: pdf.length, ...overrides },
  });

/** Puts bytes where a file's answer says, as it says, or with other headers. */
export const upload = (
  { upload: { url, headers } }: Record<string, any>,
  bytes: Buffer = pdf,
  others: Record<string, string> = {},
): Promise<Response> => fetch(url, { method: 'PUT', headers: { ...headers, ...others }, body: new Uint8Array(bytes) });

export const complete = (server: Reachable, tenant: Payee, id: string): Promise<Answer> =>
  server.call('POST', `/files/${tenant.tenantId}/${id}/complete`, { headers: bearer(tenant) });

export const readFile = (server: Reachable, tenant: Payee, id: string): Promise<Answer> =>
  server.call('GET', `/files/${tenant.tenantId}/${id}`, { headers: bearer(tenant) });

/** A file of the tenant's, uploaded and stored. */
export async function storeFile(
  server: Reachable,
  tenant: Payee,
  bytes: Buffer = pdf,
  overrides: Record<string, unknown> = {},
): Promise<Record<string, any>> {
  const { body: file } = await announce(server, tenant, { size: bytes.length, ...overrides });
  await upload(file, bytes);
  return (await complete(server, tenant, file.id)).body;
}

/** A custom field value that refers to a file. */
export const fileValue = (file: Record<string, any>, field = 'contract__c'): object => ({
  custom_field_id: field,
  file_url_value: file['file_url_value'],
});

export const sweep = (server: TestServer, tenant: TestTenant): Promise<void> =>
  sweepTenant(server.services, tenant.tenantId);

export type Scanner = { url: string; scanned: Buffer[]; stop(): Promise<void> };

/** A malware scanner; `answer` makes its status and body of the bytes that it gets. */
export async function startScanner(answer: (bytes: Buffer) => [number, string]): Promise<Scanner> {
  const scanned: Buffer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      scanned.push(bytes);
      const [status, body] = answer(bytes);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scan`,
    scanned,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
