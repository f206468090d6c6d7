import type { Context } from '../../context.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { keyedHash, sameHash } from '../../crypto/keyed-hash.ts';
import { OnfileError } from '../../errors.ts';
import type { RecordPlace } from '../../store/record-list.ts';

type Signer = Pick<Context, 'keys'>;

const codeBytes = 16;

/** Signed with what it continues, under the key that already signs what requests say. */
const codeOf = ({ key }: DataKey, list: string, place: string): Buffer =>
  keyedHash(key, 'list-cursor', list, place).subarray(0, codeBytes);

/** The key to continue a list after a place; `list` says which list it is, its filter and order. */
export function sealCursor(ctx: Signer, list: string, { orderKey, id }: RecordPlace): string {
  const place = JSON.stringify([orderKey, id]);
  return Buffer.concat([codeOf(ctx.keys.idempotency, list, place), Buffer.from(place)]).toString('base64url');
}

/** Throws 400 for what is no key of ours, or one of another list. */
export function openCursor(ctx: Signer, list: string, cursor: string): RecordPlace {
  const bytes = Buffer.from(cursor, 'base64url');
  const place = bytes.subarray(codeBytes).toString();
  const code = bytes.subarray(0, codeBytes);
  // A list that was begun before the key was rotated goes on.
  if (!ctx.keys.every('idempotency').some((key) => sameHash(code, codeOf(key, list, place)))) {
    throw new OnfileError('errormessage.validation.value', { reference: 'exclusiveStartKey' });
  }
  const [orderKey, id]: [string, string] = JSON.parse(place);
  return { orderKey, id };
}
