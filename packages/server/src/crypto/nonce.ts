import { randomFillSync } from 'node:crypto';

export const nonceBytes = 12;

const noncesAtOnce = 512;
const pool = Buffer.alloc(nonceBytes * noncesAtOnce);
let next = pool.length;

/**
 * 96 random bits that no earlier call was given. Drawn from the system's generator many at a time, because a draw costs
 * three times what sealing a record does; each is erased from the pool as it is handed out.
 */
export function randomNonce(): Buffer {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const nonce = Buffer.from(pool.subarray(next, next + nonceBytes));
  pool.fill(0, next, next + nonceBytes);
  next += nonceBytes;
  return nonce;
}
