import type { Services } from '../context.ts';

/** What a command found or did: for programs, and in words for people. */
export type Answer = {
  document: object;
  text: string;
  /** The command did its work, and what it found is bad news: the exit code is 1. */
  isFailure?: boolean;
  /** It has printed by itself what there is to print, since that can be any amount. */
  isPrinted?: boolean;
};

/** Keeps an answer to be printed. */
export type Keep = (answer: Answer) => void;

/** Runs the work of a command with the services of the installation, and keeps its answer to be printed. */
export type Perform = (work: (services: Services) => Promise<Answer>) => Promise<void>;
