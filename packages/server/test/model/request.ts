import type { PatchOperation } from './patched.ts';
import type { Json } from './state.ts';

export type RecordRequest =
  | { verb: 'create'; body: Json }
  | { verb: 'put'; record: string; body: Json; ifMatch?: string | undefined }
  | { verb: 'patch'; record: string; patch: PatchOperation[]; ifMatch?: string | undefined }
  | { verb: 'delete'; record: string; ifMatch?: string | undefined };

/** A request as it is sent, but for what is in braces; `as` names it and the record that it may create. */
export type Request = { as: string; key?: string | undefined } & (
  | RecordRequest
  | { verb: 'restore'; record: string; body: Json; ifMatch?: string | undefined }
  | { verb: 'bill'; customer: 'own' | 'other'; request: string; ifMatch?: string | undefined }
  | { verb: 'batch'; operations: ({ as: string } & RecordRequest)[] }
);

/** A key is scoped to method and path (DESIGN.md, Retries); all requests of a sequence have the same credentials. */
export const keyScope = (request: Request): string => {
  const what = 'record' in request ? request.record : 'customer' in request ? request.customer : '';
  return `${request.verb} ${what} ${request.key}`;
};

export const keyContent = ({ as: _, key: __, ...content }: Request): string => JSON.stringify(content);
