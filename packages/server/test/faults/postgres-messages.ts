/** Cuts what a client sends to PostgreSQL into its messages: the first has no type before its length, all others do. */
export function createMessageSplitter(): (chunk: Buffer) => Buffer[] {
  let rest = Buffer.alloc(0);
  let isFirst = true;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      const before = isFirst ? 0 : 1;
      if (rest.length < before + 4) return messages;
      const length = before + rest.readInt32BE(before);
      if (rest.length < length) return messages;
      messages.push(rest.subarray(0, length));
      rest = rest.subarray(length);
      isFirst = false;
    }
  };
}
