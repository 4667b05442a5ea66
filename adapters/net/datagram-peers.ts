/** The peers of a UDP server where each is a connection of its own (gsm §3.2, §3.4).
 *
 *    REMOTE IP ──▶ peer (id of the accepted connection) ──▶ AT+QIRD, pushes ──▶ 'message'
 *    send(bytes, port, address) ──▶ the peer at that address ──▶ AT+QISEND of its id
 */
import type { SocketActor, SocketLink, SocketNotice } from '../../machines/socket.machine.ts';
import type { PayloadHeader } from '../../streams/wire-event.ts';
import type { PushSink } from '../channel/push-sinks.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { datagramLink } from './datagram-link.ts';
import type { ModemDatagram, Sender } from './modem-datagram.ts';
import { failureOf, type LinkRunner, NOTHING_TO_MOVE, sendOf } from './socket-link.ts';

type Speech = Pick<Dialect, 'commands' | 'limits'>;

interface Peer {
  readonly address: string;
  /** Known once something of it was read: the notice names the address alone. */
  port: number;
  actor?: SocketActor;
}

export class DatagramPeers {
  readonly datagrams: ModemDatagram;
  readonly #dialect: Speech;
  readonly #peers = new Map<number, Peer>();

  constructor(datagrams: ModemDatagram, dialect: Speech) {
    this.datagrams = datagrams;
    this.#dialect = dialect;
  }

  /** Moves what the application sends: to the connection of its peer, so to those only that have sent something. */
  serverLink(run: LinkRunner): SocketLink {
    return {
      ...NOTHING_TO_MOVE,
      hasData: () => this.datagrams.nextOutgoing !== undefined,
      sendOnce: async (signal) => {
        const next = this.datagrams.nextOutgoing;
        if (next === undefined) return { kind: 'sent' };
        const connectId = this.#idOf(next.to);
        if (connectId === undefined) {
          this.datagrams.notSent(next, UNKNOWN_PEER);
          return { kind: 'sent' };
        }
        const outcome = await run(...sendOf(this.#dialect.commands, connectId, [next.bytes], signal));
        if (outcome.kind === 'ok') this.datagrams.sent(next);
        else if (outcome.kind === 'refused' && outcome.result === 'SEND FAIL') return { kind: 'doubtful' };
        else this.datagrams.notSent(next, failureOf(outcome, 'SEND_FAILED'));
        return { kind: 'sent' };
      },
    };
  }

  /** A peer has sent something for the first time. */
  accept(connectId: number, address: string): void {
    this.#peers.set(connectId, { address, port: 0 });
  }

  /** Reads what a peer sends. */
  peerLink(connectId: number, run: LinkRunner): SocketLink {
    const receiver = {
      peer: this.#senderOf(connectId),
      nextOutgoing: undefined,
      receive: (slices: readonly Uint8Array[], sender?: Sender) => this.#receive(connectId, slices, sender),
      sent: () => undefined,
      notSent: () => undefined,
    };
    return datagramLink(receiver, connectId, this.#dialect, run);
  }

  /** Takes what the module pushes. */
  peerSink(connectId: number): PushSink {
    return {
      receive: (slices, { address, port }: PayloadHeader) =>
        this.#receive(connectId, slices, address && port ? { address, port } : undefined),
      damaged: () => undefined, // a lost datagram: as UDP has them
    };
  }

  attach(connectId: number, actor: SocketActor): void {
    const peer = this.#peers.get(connectId);
    if (peer) peer.actor = actor;
  }

  /** The server is gone: so are its connections. */
  close(): void {
    for (const { actor } of this.#peers.values()) actor?.send({ type: 'ask.destroy' });
  }

  notice(connectId: number, { type }: SocketNotice): void {
    if (type === 'socket.released') this.#peers.delete(connectId);
  }

  #receive(connectId: number, slices: readonly Uint8Array[], sender: Sender | undefined): void {
    const peer = this.#peers.get(connectId);
    if (peer && sender) peer.port = sender.port;
    this.datagrams.receive(slices, sender ?? this.#senderOf(connectId));
  }

  #senderOf(connectId: number): Sender {
    const { address = '', port = 0 } = this.#peers.get(connectId) ?? {};
    return { address, port };
  }

  #idOf(to: Sender | undefined): number | undefined {
    const known = [...this.#peers].filter(([, { address }]) => address === to?.address);
    return (known.find(([, { port }]) => port === to?.port) ?? known[0])?.[0];
  }
}

const UNKNOWN_PEER = {
  code: 'SEND_FAILED',
  result:
    'nobody at that address has sent anything yet: a gsm module only answers; use connectUdp() for others',
} as const;
