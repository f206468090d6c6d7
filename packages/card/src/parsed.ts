/** What reading an entered text gives: the value, or the first thing that is wrong with it, for a form to say. */
export type Parsed<Value, Fault extends string> = { value: Value; fault?: never } | { value?: never; fault: Fault };
