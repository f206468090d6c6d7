import { readFileSync } from 'node:fs';
import type { Exchange, RequestSource } from './http-connection.ts';

/** POST of payment request tokens to their customers' accounts, each once, until none is left. */
export function instrumentUpdates(options: { tokensFile: string; apiKey: string; host: string }): RequestSource {
  const lines = readFileSync(options.tokensFile, 'utf8').split('\n');
  let used = 0;
  return {
    next(): Exchange | null {
      const line = lines[used++];
      if (!line) return null;
      const { customerId, paymentRequestToken } = JSON.parse(line) as {
        customerId: number;
        paymentRequestToken: string;
      };
      const body = JSON.stringify({ paymentRequestToken });
      const request = Buffer.from(
        `POST /v1/customers/${customerId}/account/payment-instrument HTTP/1.1\r\nhost: ${options.host}\r\n` +
          `x-api-key: ${options.apiKey}\r\ncontent-type: application/json\r\n` +
          `content-length: ${body.length}\r\n\r\n${body}`,
        'latin1',
      );
      return { request, answered: () => {} };
    },
  };
}
