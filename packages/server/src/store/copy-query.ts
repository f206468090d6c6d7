import { Query } from 'pg';

/** What the driver's connection can do beside what its types say. */
type CopyConnection = { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void };

/**
 * A `COPY … FROM STDIN` with all of its data at hand. A connection that pipelines refuses the usual stream class
 * (pg-copy-streams), as what is sent behind a stream is answered out of turn; behind this one nothing is sent before it
 * is `done`.
 */
export class CopyQuery extends Query {
  readonly done: Promise<void>;
  readonly #data: Buffer;

  constructor(text: string, data: Buffer) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    super(text, (error) => (error ? reject(error) : resolve()));
    this.done = promise;
    this.#data = data;
  }

  /** PostgreSQL documentation, Message Flow, COPY Operations: the server is ready for the data. */
  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom();
  }
}
