import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A connection that bytes are sent on as they are. */
export type RawConnection = {
  socket: Socket;
  send: (bytes: string | Buffer) => void;
  /** All that came back so far. */
  received: () => string;
  /** The status of each answer that came back so far. */
  statuses: () => number[];
  isClosed: () => boolean;
  /** Resolves when the server has closed it. */
  closed: Promise<void>;
};

/** Connects to this port of this machine. Whatever goes wrong with the connection afterwards only closes it. */
export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let isClosed = false;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
    resolve();
  });
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  await once(socket, 'connect');
  return {
    socket,
    closed,
    send: (bytes) => void socket.write(bytes),
    received: () => text,
    statuses: () => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)),
    isClosed: () => isClosed,
  };
}

/** The statuses that these bytes are answered with, up to the end of the connection or so many milliseconds. */
export async function answersTo(port: number, bytes: string | Buffer, patienceMs = 300): Promise<number[]> {
  const connection = await openRaw(port);
  connection.send(bytes);
  await Promise.race([connection.closed, delay(patienceMs)]);
  connection.socket.destroy();
  return connection.statuses();
}
