/** Called after each stretch with how many things are done in it; throws the reason when the work is to end there. */
export type Advance = (done: number) => Promise<void>;
