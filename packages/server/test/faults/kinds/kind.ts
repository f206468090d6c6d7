import type { FaultTenant } from '../client.ts';
import type { Random } from '../random.ts';
import type { Rig } from '../rig.ts';

/** What a fault is done to, and by what chances. */
export type Scene = { rig: Rig; tenant: FaultTenant; random: Random };

/** A fault that was done: how it is called in the report, and what ends it. */
export type Injected = {
  variant: string;
  /** Ends the harm and brings back what a service manager would; recovery is measured from its beginning. */
  end(): Promise<void>;
};

/** A kind of fault; it does the harm, and keeps it up for as long as belongs to it. */
export type Kind = {
  name: string;
  /** What it is, for the report. */
  what: string;
  /** How often it comes, compared with the others. */
  weight: number;
  /** Whether the database should lie on a volume of its own, where that can be had. */
  fillsVolume?: true;
  inject(scene: Scene): Promise<Injected>;
};
