/** Opens and accepts sockets: takes a connect id, and joins stream, server or datagrams with their statechart and the channel.
 *
 *    connect, listen, bindUdp ──▶ id ──▶ ask.socket ──▶ statechart ──▶ commands
 *    +QIURC: "incoming"       ──▶ (the module's id) ──▶ ask.adopt ──▶ statechart
 */
import { firstValueFrom, Subject } from 'rxjs';
import type { ActorRefFrom } from 'xstate';
import type { modemMachine } from '../../machines/modem.machine.ts';
import { ID_IN_USE } from '../../machines/socket/setup.ts';
import type {
  SocketActor,
  SocketFailure,
  SocketInput,
  SocketLink,
  SocketNotice,
} from '../../machines/socket.machine.ts';
import type { CommandOutcome, CommandRunner } from '../../machines/support/command-runner.ts';
import type { Urc } from '../../streams/urcs.ts';
import type { AtChannel } from '../channel/at-channel.ts';
import type { ExecuteOptions } from '../channel/channel-options.ts';
import type { PushSink } from '../channel/push-sinks.ts';
import type {
  AccessMode,
  Command,
  ConnectionRules,
  OpenParameters,
  SocketCommands,
} from '../dialects/dialect.ts';
import type { ConnectPlan, ListenPlan, OpenPlan } from '../modem/connect-options.ts';
import { socketTiming } from '../modem/machine-input.ts';
import type { CheckedOptions } from '../modem/options.ts';
import { ConnectIds } from './connect-ids.ts';
import { DataPump } from './data-pump.ts';
import { datagramLink } from './datagram-link.ts';
import { DatagramPeers } from './datagram-peers.ts';
import type { ModemDatagram } from './modem-datagram.ts';
import type { ModemServer } from './modem-server.ts';
import { ModemSocket } from './modem-socket.ts';
import type { NetShapeOptions } from './net-shape.ts';
import { type LinkRunner, NOTHING_TO_MOVE, streamLink } from './socket-link.ts';
import { streamTraits } from './stream-traits.ts';
import type { TrafficObserver } from './traffic.ts';
import { linkWatchOf } from './watched-link.ts';

/** What a socket's statechart reports to. */
interface Target {
  readonly endpoint: string;
  attach(actor: SocketActor, connectId: number): void;
  notice(notice: SocketNotice): void;
}

/** The data plane of a target under a certain connect id. */
interface Parts {
  readonly link: SocketLink;
  readonly data?: SocketInput['data'] & { readonly isGone: () => boolean };
  readonly sink?: PushSink;
  readonly watch?: SocketInput['watch'];
}

interface Launch {
  /** How often it gave way to a connection that had its id. */
  readonly displacements?: number;
  readonly open: Omit<OpenParameters, 'connectId'>;
  readonly target: Target;
  readonly parts: (connectId: number, run: LinkRunner) => Parts;
}

interface Service {
  readonly peers: DatagramPeers;
  readonly open: Launch['open'];
}

type Incoming = Omit<Urc & { readonly name: 'incoming' }, 'name'>;
type RemoteIp = Urc & { readonly name: 'remote_ip' };

/** Each may take some seconds. */
const MOST_DISPLACEMENTS = 3;

const NO_DATA_MODE: SocketInput['data'] = {
  pump: { send: () => undefined },
  interruption: 'any',
  urcCheckMs: 0,
};

export class SocketOpener {
  readonly #options: CheckedOptions;
  readonly #channel: AtChannel;
  readonly #actor: ActorRefFrom<typeof modemMachine>;
  readonly #ids: ConnectIds;
  readonly #moved: TrafficObserver;
  readonly #servers = new Map<number, { readonly server: ModemServer; readonly plan: ListenPlan }>();
  readonly #peers = new Map<number, Service>();
  /** Whose statecharts live, by connect id. */
  readonly #targets = new Map<number, Target>();
  /** What a stream asks of the modem beside moving bytes. */
  surroundings: (contextId: number) => Pick<NetShapeOptions, 'localAddress' | 'keepAlive'> = () => ({});
  /** Told of each connection that the module accepts. */
  onAccepted: (socket: ModemSocket) => void = () => undefined;
  /** The client of a transparent server whose CONNECT is still to come. */
  #announced: Incoming | undefined;
  /** Connections that the module accepted under ids whose last socket has not let go yet. */
  readonly #waiting = new Map<number, () => void>();
  /** The socket whose CONNECT was asked for last: the port can be in data mode for one only. */
  #dataOwner: DataOwner | undefined;

  constructor(
    options: CheckedOptions,
    channel: AtChannel,
    actor: ActorRefFrom<typeof modemMachine>,
    moved: TrafficObserver = () => undefined,
  ) {
    this.#options = options;
    this.#channel = channel;
    this.#actor = actor;
    this.#moved = moved;
    this.#ids = new ConnectIds(options.dialect.connections);
  }

  /** Starts the statechart of the socket; it opens the connection and reports to the stream.
   *
   * @throws TOO_MANY_SOCKETS when every connect id is in use.
   */
  openStream(socket: ModemSocket, plan: ConnectPlan): void {
    const { open, interruption, urcCheckMs, linkIdleMs } = plan;
    const parts = this.#streamParts(socket, linkIdleMs, { interruption, urcCheckMs });
    this.#open({ open, target: socket, parts });
  }

  /** @throws TOO_MANY_SOCKETS */
  openDatagrams(target: ModemDatagram, { open }: OpenPlan): void {
    const { dialect } = this.#options;
    const isServer = open.service === 'UDP SERVICE' && dialect.connections.acceptedAs !== undefined;
    if (isServer) {
      this.#openPeers(target, open);
      return;
    }
    this.#open({
      open,
      target,
      parts: (connectId, run) => ({
        link: datagramLink(target, connectId, dialect, run),
        sink: {
          receive: (slices, { address, port }) =>
            target.receive(
              slices,
              address === undefined || port === undefined ? undefined : { address, port },
            ),
          damaged: () => undefined, // a lost datagram: as UDP has them
        },
      }),
    });
  }

  /** Where each peer of a UDP server is a connection of its own (gsm). */
  #openPeers(target: ModemDatagram, open: Launch['open']): void {
    const peers = new DatagramPeers(target, this.#options.dialect);
    this.#open({
      open,
      target,
      parts: (connectId, run) => {
        this.#peers.set(connectId, { peers, open });
        return { link: peers.serverLink(run) };
      },
    });
  }

  /** @throws TOO_MANY_SOCKETS */
  openServer(server: ModemServer, plan: ListenPlan): void {
    this.#open({
      open: plan.open,
      target: server,
      parts: (connectId) => {
        this.#servers.set(connectId, { server, plan });
        return { link: NOTHING_TO_MOVE };
      },
    });
  }

  /** The module has accepted a connection. */
  accept({ connectId, serverId, address, port }: Incoming): void {
    const { server, plan } = this.#servers.get(serverId) ?? {};
    const { clock, dialect, contexts } = this.#options;
    // On gsm the way of receiving is said before the server is started, and holds for all that it accepts.
    const inherits = dialect.inheritsMode || dialect.connections.acceptedAs !== undefined;
    const mode = (inherits && plan?.open.mode) || 'buffer';
    const contextId = plan?.open.contextId ?? contexts[0]?.id ?? 1;
    const localPort = plan?.port ?? 0;
    const socket = new ModemSocket({
      ...plan,
      ...{ host: address, port, localPort, clock, mode, isIncoming: true, moved: this.#moved },
      ...{ ...streamTraits(dialect), ...this.surroundings(contextId) },
    });
    const open = {
      contextId,
      service: 'TCP INCOMING' as const,
      host: address,
      remotePort: port,
      localPort,
      mode: plan?.open.mode ?? mode,
    };
    const launch = { open, target: socket, parts: this.#streamParts(socket, plan?.linkIdleMs) };
    this.onAccepted(socket);
    this.#adopt(connectId, pushSink(socket), () => launch);
    if (server) server.accept(socket, { address, port });
    else socket.on('error', () => undefined).destroy(); // a listener of an earlier host
  }

  /** The statechart of an accepted connection starts as soon as no other one has its id. */
  #adopt(connectId: number, sink: PushSink, launch: () => Launch): void {
    const adopt = (): void => {
      this.#ids.add(connectId);
      this.#launch('ask.adopt', connectId, launch());
    };
    // Data may follow in the same breath, also while an older socket is still letting go of the id.
    this.#channel.pushes.add(connectId, sink);
    // An open that has not got its index yet must look for another one: also one that may not stand beside the client (gsm §3.2).
    for (const id of [connectId, ...(this.#rules.excludedBy?.(connectId) ?? [])])
      if (this.#ids.has(id)) this.#actor.send({ type: 'id.taken', connectId: id });
    if (this.#ids.has(connectId)) this.#waiting.set(connectId, adopt);
    else adopt();
  }

  /** The port has gone into data mode by itself: for a client of a transparent server (gsm §4.2, D19). */
  acceptData(): void {
    const client = this.#announced;
    this.#announced = undefined;
    if (client === undefined) return;
    this.#dataOwner = { connectId: client.connectId, isGone: () => false, freed$: new Subject() };
    this.accept(client);
  }

  /** As `accept`, of a notice that names neither the server nor the port of the peer (gsm §5.1). */
  acceptRemote({ connectId: index, address }: RemoteIp): void {
    const isMultiple = index !== undefined;
    const mayBe = ({ sharing = 'multiple' }: Launch['open']): boolean =>
      (sharing === 'multiple') === isMultiple;
    const services = [...this.#peers].filter(([, { open }]) => mayBe(open));
    const servers = [...this.#servers].filter(([, { plan }]) => mayBe(plan.open));
    const [serverId] = [...servers, ...services].map(([id]) => id);
    const connectId = serverId === undefined ? undefined : this.#rules.acceptedAs?.(serverId, index);
    if (serverId === undefined || connectId === undefined) return;
    const service = this.#peers.get(serverId);
    const client = { connectId, serverId, address, port: 0 };
    if (service) this.#acceptPeer(connectId, address, service);
    // Its CONNECT follows: until then the port takes commands, and data mode is nobody's.
    else if (this.#servers.get(serverId)?.plan.open.mode === 'transparent') this.#announced = client;
    else this.accept(client);
  }

  #acceptPeer(connectId: number, address: string, { peers, open }: Service): void {
    this.#adopt(connectId, peers.peerSink(connectId), () => {
      peers.accept(connectId, address);
      return {
        open: { ...open, service: 'UDP INCOMING', host: address },
        target: {
          endpoint: `${address} (UDP)`,
          attach: (actor) => peers.attach(connectId, actor),
          notice: (notice) => peers.notice(connectId, notice),
        },
        parts: (id, run) => ({ link: peers.peerLink(id, run), sink: peers.peerSink(id) }),
      };
    });
  }

  get #rules(): ConnectionRules {
    return this.#options.dialect.connections;
  }

  /** The module had no room for a connection. Without an id it may have been any listener's (D9). */
  full(serverId: number | undefined): void {
    for (const [id, { server }] of this.#servers)
      if (serverId === undefined || serverId === id) server.full();
  }

  #open(launch: Launch): void {
    this.#launch('ask.socket', this.#ids.take(launch.target.endpoint, launch.open), launch);
  }

  #launch(type: 'ask.socket' | 'ask.adopt', connectId: number, launch: Launch): void {
    const { open, target } = launch;
    const owner = `socket-${connectId}`;
    const parts = launch.parts(connectId, (command, more) =>
      this.#channel.execute(command, { ...more, owner, priority: 'traffic' }),
    );
    this.#targets.set(connectId, target);
    const forget = parts.sink ? this.#channel.pushes.add(connectId, parts.sink) : () => undefined;
    let isDisplaced = false;
    const receive = (notice: SocketNotice): void => {
      if (notice.type === 'socket.failed' && notice.failure.code === 'ID_TAKEN') isDisplaced = true;
      if (isDisplaced) this.#ids.doubt(connectId);
      else if (notice.type === 'socket.connected') this.#ids.trust(connectId);
      if (notice.type === 'socket.switched' && notice.mode !== 'transparent') this.#freeData(connectId);
      if (notice.type === 'socket.switched') this.#noteMode(connectId, notice.mode);
      if (notice.type === 'socket.released') this.#release(connectId, forget);
      if (!isDisplaced) target.notice(notice);
      else if (notice.type === 'socket.released') this.#reopen(launch);
    };
    this.#actor.send({
      type,
      input: {
        open: { ...open, connectId },
        commands: this.#commandsFor(open),
        isFreedByContext: !this.#options.dialect.isAttachedByNetwork,
        isFreedByPeer: this.#rules.isFreedByPeer?.(connectId) ?? false,
        readsWhileSuspended: this.#options.dialect.readsWhileSuspended,
        run: (command, signal) =>
          this.#control(connectId, parts, command, { signal, owner, priority: 'control' }),
        link: parts.link,
        data: parts.data ?? NO_DATA_MODE,
        owner: { send: receive },
        timing: socketTiming(this.#options),
        ...(parts.watch && { watch: parts.watch }),
      },
    });
    const actor = this.#actor.getSnapshot().context.socketActors[connectId];
    if (actor && this.#ids.has(connectId)) target.attach(actor, connectId);
  }

  /** A listener, and a server that only shares out what comes (gsm), have nothing to count. */
  #commandsFor({ service }: Launch['open']): SocketCommands {
    const { commands, connections } = this.#options.dialect;
    const sharesOut = service === 'UDP SERVICE' && connections.acceptedAs !== undefined;
    if (service !== 'TCP LISTENER' && !sharesOut) return commands;
    const { querySent, ...others } = commands;
    return others;
  }

  /** What a server accepts is received as the module could be told to (gsm). */
  #noteMode(connectId: number, mode: AccessMode): void {
    const known = this.#servers.get(connectId);
    const service = this.#peers.get(connectId);
    if (service) this.#peers.set(connectId, { ...service, open: { ...service.open, mode } });
    if (known === undefined) return;
    const plan = { ...known.plan, open: { ...known.plan.open, mode } };
    this.#servers.set(connectId, { ...known, plan });
  }

  /** A command of the statechart. One that connects takes the port, which only one socket can have. */
  async #control<T>(
    connectId: number,
    { data }: Parts,
    command: Command<T>,
    options: ExecuteOptions,
  ): Promise<CommandOutcome<T>> {
    if (!command.successes?.includes('CONNECT')) return this.#channel.execute(command, options);
    if (data === undefined || !(await this.#takeData(connectId, data.isGone)))
      return { kind: 'aborted', code: 'DATA_MODE_IN_USE' };
    if (options.signal?.aborted) return { kind: 'aborted', code: 'STOPPED' };
    data.pump.send({ type: 'pump.stop' }); // it listens from here on
    const { lines } = this.#options.port;
    const { escapeByDtr } = this.#options.dialect.commands;
    if (lines && escapeByDtr) await this.#channel.execute(escapeByDtr(true), options); // protocol.md §6: the way out by DTR
    const outcome = await this.#channel.execute(command, options);
    if (outcome.kind !== 'ok') this.#freeData(connectId);
    return outcome;
  }

  /** Waits for an owner that the application has given up already; false when another one has the port. */
  async #takeData(connectId: number, isGone: () => boolean): Promise<boolean> {
    for (let owner = this.#dataOwner; owner !== undefined; owner = this.#dataOwner) {
      if (owner.connectId === connectId) return true;
      if (!owner.isGone()) return false;
      await firstValueFrom(owner.freed$, { defaultValue: undefined });
      if (isGone()) return false;
    }
    this.#dataOwner = { connectId, isGone, freed$: new Subject() };
    return true;
  }

  #freeData(connectId: number): void {
    const owner = this.#dataOwner;
    if (owner?.connectId !== connectId) return;
    this.#dataOwner = undefined;
    owner.freed$.complete();
  }

  /** The statecharts are gone with the modem: who still waits for a last word of theirs gets it. */
  end(): void {
    for (const target of [...this.#targets.values()]) {
      target.notice({ type: 'socket.failed', failure: { code: 'STOPPED' } });
      target.notice({ type: 'socket.released' });
    }
    this.#targets.clear();
    this.#waiting.clear();
  }

  #release(connectId: number, forget: () => void): void {
    forget();
    this.#targets.delete(connectId);
    this.#freeData(connectId);
    this.#servers.delete(connectId);
    this.#peers.get(connectId)?.peers.close();
    this.#peers.delete(connectId);
    this.#ids.free(connectId);
    const next = this.#waiting.get(connectId);
    this.#waiting.delete(connectId);
    if (next) queueMicrotask(next); // the modem forgets the old one first
  }

  /** The open gave way to whoever had the id: another one will do. */
  #reopen(launch: Launch): void {
    const { displacements = 0, target } = launch;
    const fail = (failure: SocketFailure): void => {
      target.notice({ type: 'socket.failed', failure });
      target.notice({ type: 'socket.released' });
    };
    queueMicrotask(() => {
      if (displacements >= MOST_DISPLACEMENTS) return fail({ code: 'OPEN_FAILED', moduleError: ID_IN_USE });
      try {
        this.#open({ ...launch, displacements: displacements + 1 });
      } catch {
        fail({ code: 'TOO_MANY_SOCKETS' });
      }
    });
  }

  #streamParts(
    socket: ModemSocket,
    linkIdleMs: number | undefined,
    data: Omit<SocketInput['data'], 'pump'> = { interruption: 'urgent', urcCheckMs: 0 },
  ): Launch['parts'] {
    const pump = new DataPump(socket, this.#channel.data, this.#options.clock);
    return (connectId, run) => {
      const watch = linkWatchOf(socket, this.#options, this.#soonRunner(socket, connectId), linkIdleMs);
      return {
        link: streamLink(socket, connectId, this.#options.dialect, run, this.#options.clock),
        data: { ...data, pump, isGone: () => socket.destroyed },
        sink: pushSink(socket),
        ...(watch && { watch }),
      };
    };
  }

  /** Interrupts transparent mode, where the connection lets urgent commands do that. */
  #soonRunner(socket: ModemSocket, connectId: number): CommandRunner {
    return (command, signal) => {
      const priority = socket.mode === 'transparent' ? 'urgent' : 'control';
      return this.#channel.execute(command, { signal, owner: `socket-${connectId}`, priority });
    };
  }
}

interface DataOwner {
  readonly connectId: number;
  readonly isGone: () => boolean;
  /** Completes when the port is free again. */
  readonly freed$: Subject<void>;
}

const pushSink = (socket: ModemSocket): PushSink => ({
  get isRead() {
    return socket.mode === 'buffer';
  },
  receive: (slices) => socket.receive(slices),
  damaged: () => socket.fail({ code: 'DATA_DAMAGED' }),
});
