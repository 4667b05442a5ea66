import { ByteQueue } from './bytes.ts';
import type { MemoryPeer } from './memory-connection.ts';

/** A server that sends everything back. */
export function echoPeer(peer: MemoryPeer): void {
  peer.onData = (bytes) => peer.write(bytes);
}

/** A server that takes connections and never reads from them. */
export function silentPeer(peer: MemoryPeer): void {
  peer.pause();
}

/** A server that keeps what it gets, from all of its connections in the order of arrival. */
export interface SinkPeer {
  /** Give this to `network.listen`. */
  readonly accept: (peer: MemoryPeer) => void;
  /** The connections so far, the newest last. */
  readonly peers: readonly MemoryPeer[];
  /** Length of what came and was not taken. */
  readonly lengthBytes: number;
  /** Removes and returns what came. */
  take(): Uint8Array;
}

/** Makes a server that collects bytes. */
export function sinkPeer(): SinkPeer {
  const queue = new ByteQueue();
  const peers: MemoryPeer[] = [];
  return {
    peers,
    accept: (peer) => {
      peers.push(peer);
      peer.onData = (bytes) => queue.push(bytes);
    },
    get lengthBytes() {
      return queue.lengthBytes;
    },
    take: () => queue.take(),
  };
}
