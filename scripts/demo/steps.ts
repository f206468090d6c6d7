import type { Credentials } from './reach-server.ts';

type Json = any;
/** `text` is the answer as it came; `body` what it says when it is JSON. */
export type Reply = { status: number; headers: Headers; text: string; body: Json };
/** A body that is text is sent as it is, everything else as JSON. */
export type Send = { headers?: Record<string, string>; body?: unknown };

/** Makes a request, prints it and its answer in brief, and holds the answer against what was promised. */
export class Demo {
  readonly credentials: Credentials;
  #step = 0;

  constructor(credentials: Credentials) {
    this.credentials = credentials;
  }

  step(sentence: string): void {
    this.#step++;
    console.log(`\n${String(this.#step).padStart(2)}. ${sentence}`);
  }

  async call(method: string, path: string, { headers = {}, body }: Send = {}): Promise<Reply> {
    console.log(`    ${method} ${shortened(path)}${body === undefined ? '' : `  ${brief(body)}`}`);
    const isText = typeof body === 'string';
    const response = await fetch(new URL(path, this.credentials.baseUrl), {
      method,
      headers: { ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const answer: Json = type.startsWith('application/json') ? JSON.parse(text) : text;
    console.log(`    → ${response.status}  ${type.startsWith('text/html') ? '(a page)' : brief(answer)}`);
    return { status: response.status, headers: response.headers, text, body: answer };
  }
}

/** Throws when the promise does not hold. */
export function promise(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(`not as promised: ${sentence}`);
  console.log(`    ✓ ${sentence}`);
}

const secretFields = new Set(['cardNumber', 'securityCode', 'client_secret', 'access_token', 'token', 'api_key']);
const most = 150;

const shortened = (path: string): string => path.replace(/(prt_.{6})[\w-]+/, '$1…').replace(/^https?:\/\/[^/]+/, '');

/** One line, secrets cut to their beginning: a demo's output gets pasted into chats. */
function brief(value: unknown): string {
  const text = JSON.stringify(value, (name: string, field: unknown) =>
    typeof field === 'string' && (secretFields.has(name) || name.endsWith('Token'))
      ? `${field.slice(0, field.length > 8 ? 4 : 0)}…`
      : field,
  );
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
