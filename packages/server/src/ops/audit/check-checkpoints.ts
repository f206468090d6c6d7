import type { KeyObject } from 'node:crypto';
import { sameHash } from '../../crypto/keyed-hash.ts';
import type { Checkpoint } from '../../store/audit-checkpoints.ts';
import { isGenuine } from './checkpoint.ts';
import type { Finding } from './findings.ts';

/** How long the file may lack what the database has. */
const patienceMs = 600_000;

/** What the genuine checkpoints of a tenant say of its chain. */
export type SignedPlaces = {
  /** Checkpoints that are not genuine, or contradict each other. */
  findings: Finding[];
  /** Those of the file; null when there is none. */
  copied: Checkpoint[] | null;
  /** How many places of the chain are signed. */
  count: number;
  /** 0 when there is none. */
  lastNumber: number;
  /** What is wrong with the chain at a place that is signed, if it is not as it was. */
  findingAt(number: number, chain: Buffer): Finding | null;
};

/** The checkpoints of the database and those of the file (null: there is none), each checked by its signature. */
export function signedPlaces(options: {
  tenantId: string;
  publicKeys: readonly KeyObject[];
  stored: readonly Checkpoint[];
  copied: readonly Checkpoint[] | null;
}): SignedPlaces {
  const { tenantId, publicKeys, stored, copied } = options;
  const findings: Finding[] = [];
  const genuine = new Map<number, Checkpoint>();
  const take = (checkpoint: Checkpoint, where: 'database' | 'file'): boolean => {
    const { number } = checkpoint;
    const other = genuine.get(number);
    if (!isGenuine(publicKeys, tenantId, checkpoint)) {
      findings.push(notGenuine(number, where));
      return false;
    }
    if (other && !sameHash(other.chain, checkpoint.chain)) findings.push(replaced(checkpoint));
    else genuine.set(number, checkpoint);
    return true;
  };
  const genuineCopies = copied?.filter((checkpoint) => take(checkpoint, 'file')) ?? null;
  for (const checkpoint of stored) take(checkpoint, 'database');
  return {
    findings,
    copied: genuineCopies,
    count: genuine.size,
    lastNumber: [...genuine.keys()].reduce((last, number) => Math.max(last, number), 0),
    findingAt(number, chain) {
      const checkpoint = genuine.get(number);
      return checkpoint && !sameHash(checkpoint.chain, chain) ? replaced(checkpoint) : null;
    },
  };
}

/** What one of the two places lacks; what the file has past the chain's end shows a tail that was cut instead. */
export function compareCopies(options: {
  stored: readonly Checkpoint[];
  copied: readonly Checkpoint[] | null;
  end: number;
  now: Date;
}): Finding[] {
  const { stored, copied, end, now } = options;
  const old = stored.filter(({ at }) => now.getTime() - at.getTime() > patienceMs);
  if (!copied) return old.length > 0 ? [fileMissing] : [];
  const inFile = new Set(copied.map(({ number }) => number));
  const inDatabase = new Set(stored.map(({ number }) => number));
  return [
    ...old.filter(({ number }) => !inFile.has(number)).map(({ number }) => notCopied(number)),
    ...[...inFile].filter((number) => number <= end && !inDatabase.has(number)).map(removed),
  ];
}

const notGenuine = (number: number, where: 'database' | 'file'): Finding =>
  where === 'database'
    ? {
        kind: 'checkpoint-changed',
        number,
        text: `The checkpoint of number ${number} was changed in the database: its signature does not fit.`,
      }
    : {
        kind: 'checkpoint-file-changed',
        number,
        text: `The checkpoint of number ${number} was changed in the file: its signature does not fit.`,
      };

const replaced = ({ number, at }: Checkpoint): Finding => ({
  kind: 'chain-replaced',
  number,
  text: `At number ${number} the chain is not as it was signed at ${at.toISOString()}: what was sealed up to there has been replaced.`,
});

const removed = (number: number): Finding => ({
  kind: 'checkpoint-removed',
  number,
  text: `The checkpoint of number ${number} was removed from the database; the file has it.`,
});

const notCopied = (number: number): Finding => ({
  kind: 'checkpoint-not-copied',
  number,
  text: `The checkpoint of number ${number} is not in the file: it was removed there, or the copying has stopped.`,
});

const fileMissing: Finding = {
  kind: 'checkpoint-file-missing',
  text: 'The file of checkpoints is not in AUDIT_CHECKPOINT_DIR: it was removed, or this is not where the server writes it.',
};
