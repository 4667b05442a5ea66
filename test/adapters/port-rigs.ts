import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryPortPair } from '../../adapters/memory-port.ts';
import type { Port } from '../../adapters/port.ts';
import { serialPort } from '../../adapters/serial-port.ts';
import { tcpPort } from '../../adapters/tcp-port.ts';

/** A port under test and its far end, the same for every transport. */
export interface Rig {
  readonly port: Port;
  /** Resolves when the far end is there; called after each open. */
  ready(): Promise<void>;
  send(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  stopReading(): void;
  /** The far end goes away, then comes back, by itself. */
  vanish(): Promise<void>;
  appear(): Promise<void>;
  /** Resolves when no handle of the port is held any more; rejects when one stays. */
  released(): Promise<void>;
  dispose(): Promise<void>;
}

export async function memoryRig(): Promise<Rig> {
  const { host, far } = memoryPortPair();
  return {
    port: host,
    ready: async () => {},
    send: (bytes) => far.write(bytes),
    onBytes: (listener) => void far.bytes$.subscribe(listener),
    stopReading: () => far.hold(),
    vanish: async () => far.vanish(),
    appear: async () => far.appear(),
    released: async () => expect(far.isOpen).toBe(false),
    dispose: async () => {},
  };
}

/** A server that talks to one client at a time. */
class FarSocket {
  readonly server: Server;
  #socket: Promise<Socket>;
  #arrived: (socket: Socket) => void = () => {};
  current: Socket | undefined;
  #listener: (bytes: Uint8Array) => void = () => {};

  constructor() {
    this.#socket = this.#next();
    this.server = createServer((socket) => {
      this.current = socket;
      socket.on('data', (chunk) => this.#listener(chunk)).on('error', () => {});
      socket.once('close', () => {
        if (this.current === socket) this.#socket = this.#next();
      });
      this.#arrived(socket);
    });
  }

  async ready(): Promise<void> {
    await this.#socket;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  async closed(): Promise<void> {
    // A paused socket never sees the end of its input.
    this.current?.resume();
    if (this.current && !this.current.closed) await once(this.current, 'close');
  }

  async stop(): Promise<void> {
    this.current?.resetAndDestroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #next(): Promise<Socket> {
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }
}

export async function tcpRig(): Promise<Rig> {
  const far = new FarSocket();
  const listen = async (port: number): Promise<number> => {
    await once(far.server.listen(port, '127.0.0.1'), 'listening');
    return (far.server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    port: tcpPort({ host: '127.0.0.1', port }),
    ready: () => far.ready(),
    send: (bytes) => void far.current?.write(bytes),
    onBytes: (listener) => far.onBytes(listener),
    stopReading: () => void far.current?.pause(),
    vanish: () => far.stop(),
    appear: async () => void (await listen(port)),
    released: () => far.closed(),
    dispose: async () => (far.server.listening ? far.stop() : undefined),
  };
}

export const socatIsThere = spawnSync('socat', ['-V']).status === 0;

/** host ── pseudo terminal ── socat ── socket ── the test */
export async function serialRig(): Promise<Rig> {
  const directory = await mkdtemp(join(tmpdir(), 'urchestra-pty-'));
  const [path, socketPath] = [join(directory, 'tty'), join(directory, 'far')];
  const far = new FarSocket();
  await once(far.server.listen(socketPath), 'listening');
  let socat: ChildProcess;
  let keeper: number;
  const appear = async (): Promise<void> => {
    socat = spawn('socat', [`pty,raw,echo=0,link=${path}`, `UNIX-CONNECT:${socketPath}`]);
    await far.ready();
    // socat ends when the last opener of the terminal closes it; a real port outlives its users.
    keeper = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  };
  const vanish = async (): Promise<void> => {
    closeSync(keeper);
    socat.kill();
    await Promise.all([once(socat, 'exit'), far.closed()]);
  };
  await appear();
  const held = (): string[] => openPaths().filter((open) => open === realpathSync(path));
  return {
    port: serialPort({ path }),
    ready: () => far.ready(),
    send: (bytes) => void far.current?.write(bytes),
    onBytes: (listener) => far.onBytes(listener),
    stopReading: () => void far.current?.pause(),
    vanish,
    appear,
    released: async () => expect(held()).toHaveLength(1),
    async dispose() {
      if (socat.exitCode === null && !socat.killed) await vanish();
      await far.stop();
      await rm(directory, { recursive: true });
    },
  };
}

function openPaths(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
