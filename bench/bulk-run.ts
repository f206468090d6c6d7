import { open, readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchTenant } from './tenant.ts';

const partBytes = 16 * 1_048_576;
const pollMs = 250;

export type BulkRun = {
  uploadSeconds: number;
  loadSeconds: number;
  load: { state: string; created: number; failed: number };
};

/** Loads a file as a client would: opens the load, sends the file in parts, starts it and waits for its end. */
export async function runLoad(url: string, { tenantId, credentials }: BenchTenant, path: string): Promise<BulkRun> {
  const headers = { authorization: `Bearer ${credentials.accessToken}` };
  const call = async (
    method: string,
    at: string,
    body?: string | Uint8Array<ArrayBuffer>,
    type = 'application/json',
  ): Promise<any> => {
    const answer = await fetch(`${url}/bulkLoads/${tenantId}${at}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    });
    const shown = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${at} answered ${answer.status} ${JSON.stringify(shown)}`);
    return shown;
  };
  const began = performance.now();
  const { id } = await call('POST', '', JSON.stringify({ format: 'csv', source_file: 'bench.csv' }));
  await using file = await open(path);
  const part = new Uint8Array(partBytes);
  for (let offset = 0; ; ) {
    const { bytesRead } = await file.read(part, 0, partBytes, offset);
    if (bytesRead === 0) break;
    await call('PUT', `/${id}/content?offset=${offset}`, part.subarray(0, bytesRead), 'application/octet-stream');
    offset += bytesRead;
  }
  const uploaded = performance.now();
  await call('POST', `/${id}/start`);
  for (;;) {
    await delay(pollMs);
    const load = await call('GET', `/${id}`);
    if (['done', 'failed', 'cancelled'].includes(load.state)) {
      return { uploadSeconds: (uploaded - began) / 1000, loadSeconds: (performance.now() - uploaded) / 1000, load };
    }
  }
}

/** The most that a process, and all that it started, ever held in memory at once each, in MB together (VmHWM). */
export async function peakMemory(pid: number): Promise<number> {
  const peakOf = async (one: number): Promise<number> => {
    const status = await readFile(`/proc/${one}/status`, 'utf8');
    return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
  };
  const threads = await readdir(`/proc/${pid}/task`);
  const children = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8')));
  const pids = [pid, ...children.join(' ').split(/\s+/).filter(Boolean).map(Number)];
  return (await Promise.all(pids.map(peakOf))).reduce((sum, one) => sum + one, 0);
}
