import assert from 'node:assert/strict';
import type { Answer } from './server.ts';

/** An answer that refuses with this status and code, naming the field where there is one. */
export function assertRefused(answer: Answer, status: number, code: string, reference?: string): void {
  const { errorCode, reference: named } = answer.body;
  assert.deepEqual([answer.status, errorCode, named], [status, `errormessage.${code}`, reference]);
}

/** Two refusals that a caller cannot tell apart but by their trace ids. */
export function assertSameRefusal(one: Answer, another: Answer): void {
  assert.equal(one.status, another.status);
  assert.deepEqual({ ...one.body, traceId: '' }, { ...another.body, traceId: '' });
}
