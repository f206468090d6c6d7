import { readFileSync } from 'node:fs';
import type { Exchange, RequestSource } from './http-connection.ts';

const nameField = '"name":"Card ';
const nameDigits = 100;

/**
 * PUT of records picked at random: each sends the last answer for that record back under another name, so every one is
 * a conditional update of the current version. A record waits for its answer before it is picked again.
 */
export function recordUpdates(options: {
  recordsFile: string;
  tenantId: string;
  accessToken: string;
  host: string;
}): RequestSource {
  const bodies = linesOf(options.recordsFile);
  const ids = bodies.map((body) => (JSON.parse(body.toString()) as { id: string }).id);
  const underWay = new Uint8Array(bodies.length);
  const headOf = (id: string, length: number): Buffer =>
    Buffer.from(
      `PUT /storedPaymentMethods/${options.tenantId}/${id} HTTP/1.1\r\nhost: ${options.host}\r\n` +
        `authorization: Bearer ${options.accessToken}\r\ncontent-type: application/json\r\n` +
        `content-length: ${length}\r\n\r\n`,
      'latin1',
    );

  return {
    next(): Exchange {
      let n = pick(bodies.length);
      while (underWay[n] === 1) n = pick(bodies.length);
      underWay[n] = 1;
      const body = bodies[n] ?? Buffer.alloc(0);
      body.write(String(pick(nameDigits)).padStart(2, '0'), body.indexOf(nameField) + nameField.length, 'latin1');
      return {
        request: Buffer.concat([headOf(ids[n] ?? '', body.length), body]),
        answered(status, answer) {
          underWay[n] = 0;
          // A copy, because the answer is a view of the socket's much larger buffer.
          if (status === 200) bodies[n] = Buffer.from(answer);
        },
      };
    },
  };
}

const pick = (count: number): number => Math.floor(Math.random() * count);

function linesOf(file: string): Buffer[] {
  const text = readFileSync(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line));
}
