import assert from 'node:assert/strict';
import type { Operation } from './openapi-operations.ts';
import type { Call } from './original-clients.ts';

const parameters = ({ path }: Operation): number => path.split('{').length;

const matches = ({ method, path }: Operation, call: Call): boolean =>
  method === call.method && new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(call.path);

/** The names of the operations that at least one call succeeded at; a call is of the most literal path that fits. */
function calledOperations(operations: readonly Operation[], calls: readonly Call[]): string[] {
  const byLiteralness = operations.toSorted((one, other) => parameters(one) - parameters(other));
  const succeeded = calls.filter(({ status }) => status < 300);
  return succeeded.flatMap((call) => byLiteralness.find((operation) => matches(operation, call))?.name ?? []);
}

/** Asserts that the calls went through all operations but `ours`, which the client of the original does not know. */
export function assertAllCalled(
  operations: readonly Operation[],
  calls: readonly Call[],
  ours: readonly string[],
): void {
  const called = new Set(calledOperations(operations, calls));
  const notCalled = operations.map(({ name }) => name).filter((name) => !called.has(name));
  assert.deepEqual(notCalled.toSorted(), ours.toSorted());
}
