import { SealBroken } from '../../crypto/envelope.ts';
import { UnknownKey } from '../../keys/unknown-key.ts';

/** A row with something sealed in it that does not open: its table and id, never what is in it. */
export type DamagedRow = { table: string; id: string };
export type OnDamaged = (row: DamagedRow) => void;

/**
 * What `read` answers; null when it meets a ciphertext that does not open. That is told of and left as it is: whatever
 * may open it once more, such as a row of a backup, needs the key that it names, which stays for as long as it does.
 */
export function unlessDamaged<Value>(row: DamagedRow, onDamaged: OnDamaged, read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    // The id of the key may be what was damaged.
    if (!(error instanceof SealBroken || error instanceof UnknownKey)) throw error;
    onDamaged(row);
    return null;
  }
}
