import { backgroundKilled } from './background-killed.ts';
import { clockMoved } from './clock-moved.ts';
import { connectionsCut } from './connections-cut.ts';
import { databaseKilled } from './database-killed.ts';
import { diskFull } from './disk-full.ts';
import { gatewayFailing } from './gateway-failing.ts';
import { keysAway } from './keys-away.ts';
import type { Kind } from './kind.ts';
import { paused } from './paused.ts';
import { serverKilled } from './server-killed.ts';
import { slotsFilled } from './slots-filled.ts';

export const allKinds: readonly Kind[] = [
  serverKilled,
  databaseKilled,
  paused,
  slotsFilled,
  connectionsCut,
  diskFull,
  gatewayFailing,
  keysAway,
  backgroundKilled,
  clockMoved,
];
