import { connect } from 'node:net';

/** Another process on the same data folder: it has the lock, or is about to ask for it. */
export type Peer = { state: 'holds'; pid: string | null } | { state: 'starts' };

/** A stopped or very busy process is connected to all the same, but says nothing. */
const ANSWER_MS = 1000;

/** Asks who listens on a socket or pipe. @returns null when nobody does */
export function askPeer(path: string): Promise<Peer | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let said = '';
    let isConnected = false;
    const answer = (peer: Peer | null): void => {
      clearTimeout(patience);
      socket.destroy();
      resolve(peer);
    };
    const patience = setTimeout(() => answer({ state: 'holds', pid: null }), ANSWER_MS);
    socket.setEncoding('utf8');
    socket.once('connect', () => {
      isConnected = true;
    });
    socket.on('data', (text: string) => {
      said += text;
    });
    socket.once('end', () => answer(said === '' ? { state: 'starts' } : { state: 'holds', pid: said }));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Whoever was there has gone, or is just going.
      const isDead = error.code === 'ECONNREFUSED' || error.code === 'ENOENT' || isConnected;
      answer(isDead ? null : { state: 'holds', pid: null });
    });
  });
}
