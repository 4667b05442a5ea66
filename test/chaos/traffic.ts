/** The application on the host and its peers: carries out the traffic of a schedule. */
import { ModemServer } from '../../index.ts';
import type { MemoryNetwork, VirtualDialect } from '../../simulator/index.ts';
import type { HostProcess } from './host-process.ts';
import type { Oracle } from './oracle.ts';
import type { ChaosAction, Mode } from './schedule.ts';
import { type Stream, StreamBook } from './streams.ts';
import { HostEnd, PeerEnd } from './tcp-flow.ts';
import { UdpFlow } from './udp-flow.ts';
import { strangeAnswer } from './user-commands.ts';

type Talk = Extract<ChaosAction, { readonly do: 'talk' }>;
type Serve = Extract<ChaosAction, { readonly do: 'serve' }>;
type Datagrams = Extract<ChaosAction, { readonly do: 'datagrams' }>;
type Execute = Extract<ChaosAction, { readonly do: 'execute' }>;

const FIRST_PORT = 20_000;
const FIRST_SERVER_PORT = 4_000;
const FIRST_UDP_PORT = 30_000;
/** Between data of a client and its socket at the host. */
const ACCEPTING_MS = 2_000;
const PEER_HOST = '192.0.2.7';

/** A connection that the host opened. */
interface Flow {
  readonly host: HostProcess;
  readonly name: string;
  readonly waiting: Talk[];
  readonly up: Stream;
  readonly downs: Stream[];
  end: HostEnd | undefined;
  peer: PeerEnd | undefined;
  isOver: boolean;
}

interface Served {
  readonly host: HostProcess;
  server: ModemServer | undefined;
  readonly waiting: Serve[];
  latest: Serve;
  isOver: boolean;
}

export interface TrafficSetting {
  readonly network: MemoryNetwork;
  readonly oracle: Oracle;
  readonly dialect: VirtualDialect;
  readonly after: (delayMs: number, task: () => void) => void;
  /** A late result that no host can expect may have put the wire out of step. */
  readonly isOutOfStep: () => boolean;
}

export class Traffic {
  readonly book = new StreamBook();
  readonly #in: TrafficSetting;
  readonly #flows = new Map<number, Flow>();
  /** The same, and those whose number was used again since. */
  readonly #allFlows = new Set<Flow>();
  readonly #servers = new Map<number, Served>();
  readonly #udp = new Map<number, UdpFlow>();
  readonly #udpFlows = new Set<UdpFlow>();
  readonly #ends = new Set<HostEnd>();
  readonly #peers = new Set<PeerEnd>();
  /** Those that connected to a listener of the module. */
  readonly #clients = new Set<PeerEnd>();
  #count = 0;
  #hasNoise = false;
  #cannotEscape = false;
  #pushWasLost = false;
  #isClosed = false;

  constructor(setting: TrafficSetting) {
    this.#in = setting;
  }

  talk(host: HostProcess, action: Talk): void {
    const known = this.#flows.get(action.flow);
    const isUsable = known && known.host === host && !known.isOver && (known.end?.isOpen ?? true);
    const flow = isUsable ? known : this.#connect(host, action);
    if (flow.end) this.#say(flow, action);
    else flow.waiting.push(action);
  }

  serve(host: HostProcess, action: Serve): void {
    const known = this.#servers.get(action.server);
    const isUsable = known && known.host === host && !known.isOver;
    const served = isUsable ? known : this.#listen(host, action);
    if (served.server) this.#dial(served, action);
    else served.waiting.push(action);
  }

  datagrams(host: HostProcess, action: Datagrams): void {
    const key = action.flow + (action.bound ? 100 : 0);
    const known = this.#udp.get(key);
    if (known?.isOpen) known.send(action.count, action.bytes, action.bound);
    else this.#bind(host, key, action);
  }

  execute(host: HostProcess, { command, timeoutMs, urgent }: Execute): void {
    const options = { ...(timeoutMs && { timeoutMs }), ...(urgent && { urgent }) };
    host.track(`execute(${command})`, host.modem.execute(command, options), (error, answer) => {
      const strange = error === undefined && answer && strangeAnswer(command, answer, this.#hasNoise);
      if (strange && !this.#in.isOutOfStep()) this.#in.oracle.fail('stale', strange);
    });
  }

  /** The application is done with everything. */
  closeAll(): void {
    this.#isClosed = true;
    for (const end of this.#ends) end.socket.destroy();
    for (const { server, host } of this.#servers.values())
      if (server && !host.isOver) host.track('close() of a server', server.close());
    for (const udp of this.#udp.values()) udp.close();
    for (const flow of this.#flows.values()) flow.isOver = true;
  }

  /** Connections of a process that is dead: the next one may write what the module takes for their payload. */
  excuse(host: HostProcess): void {
    for (const { receiver } of this.#clients)
      if (receiver.stream === undefined) receiver.excuse ??= 'its process was killed';
    for (const end of this.#ends) if (end.host === host) end.up.excuse ??= 'its process was killed';
    for (const flow of this.#flows.values()) {
      if (flow.host !== host) continue;
      flow.up.excuse ??= 'its process was killed';
      flow.isOver = true;
    }
    for (const udp of this.#udpFlows) udp.hostDied(host);
  }

  /** Noise on the line: in data mode nothing can tell it from data, and a line of free form may be noise. */
  noise(): void {
    this.#hasNoise = true;
    this.#excuseDown('transparent', 'noise in data mode');
  }

  /** The module hangs in data mode: the escapes and probes by which the host finds that out are data, once it goes on. */
  hungInDataMode(): void {
    this.#excuseUp('the module hung in data mode');
  }

  /** A process has stopped, and the module took its escapes for data: the next one begins with probes in data mode. */
  leftInDataMode(): void {
    this.#excuseUp('the escapes of its process were missed');
  }

  /** The module misses more escapes than the host tries, and there is no line: the reset by AT that follows is data. */
  cannotEscape(): void {
    this.#cannotEscape = true;
    this.#excuseUp('too many escapes were missed');
  }

  #excuseUp(reason: string): void {
    for (const { name, end, up } of this.#allFlows)
      if (end === undefined ? name.includes('transparent') : end.socket.mode === 'transparent')
        up.excuse ??= reason;
    for (const { receiver } of this.#clients) receiver.excuse ??= reason;
  }

  /** The fault that swallows a notice has swallowed pushed data with it: nobody can tell. */
  pushLost(): void {
    this.#excuseDown('push', 'pushed data was swallowed');
    this.#pushWasLost = true;
    this.#in.after(ACCEPTING_MS, () => {
      this.#pushWasLost = false;
    });
  }

  /** What was on its way to a module that has left data mode is carried out as commands, or late results come: that they follow
   * makes the line which says so look like payload. */
  answersBehindTheEnd(): void {
    this.#excuseDown('transparent', 'answers right behind the end of data mode');
  }

  /** The module has started anew and does not say so: to a host in data mode without a carrier line that is all data. */
  rebootUnheard(): void {
    this.#excuseDown('transparent', 'a restart that nobody was told of');
  }

  #excuseDown(mode: Mode, reason: string): void {
    for (const { name, end, downs } of this.#allFlows)
      if (end === undefined ? name.includes(mode) : end.socket.mode === mode)
        for (const down of downs) down.excuse ??= reason;
    for (const end of this.#ends)
      if (end.socket.mode === mode && end.receiver.stream) end.receiver.stream.excuse ??= reason;
      else if (end.socket.mode === mode) end.receiver.excuse ??= reason;
    if (mode === 'push' || this.#in.dialect === 'gsm')
      for (const { down } of this.#clients) down.excuse ??= reason;
  }

  /** The fault by which the module believes that peers have closed: what they wrote is lost with it. */
  peersCut(): void {
    for (const { down } of this.#peers) down.cut ??= 'cut by the fault peerClose';
    this.linkCut();
  }

  /** Bytes may be lost on the air. bc66 has no counters: nobody can tell that the last ones did not arrive. */
  linkCut(): void {
    if (this.#in.dialect === 'bc66')
      for (const { up } of this.#ends) up.cut ??= 'the link was cut, and bc66 has no counters';
  }

  #setting(host: HostProcess, name: string) {
    const { oracle, dialect, after } = this.#in;
    return { host, book: this.book, oracle, name, countsAcknowledged: dialect !== 'bc66', after };
  }

  #connect(host: HostProcess, { flow: key, mode }: Talk): Flow {
    const { network, oracle } = this.#in;
    this.#count += 1;
    const port = FIRST_PORT + this.#count;
    const name = `connection ${this.#count} (${mode})`;
    const up = this.book.open(`${name}, up`);
    if (this.#cannotEscape) up.excuse = 'too many escapes were missed';
    const downs = [this.book.open(`${name}, down`)];
    const flow: Flow = { host, name, waiting: [], up, downs, end: undefined, peer: undefined, isOver: false };
    this.#flows.set(key, flow);
    this.#allFlows.add(flow);
    network.listen(port, (peer) => {
      const isFirst = flow.peer === undefined;
      const down = isFirst && downs[0] ? downs[0] : this.book.open(`${name}, down again`);
      if (!isFirst) downs.push(down);
      flow.peer = new PeerEnd(peer, this.book, oracle, name, down, [up]);
      this.#peers.add(flow.peer);
      if (host.isOver) up.excuse ??= 'its process was killed';
    });
    host.track(
      `connect() of ${name}`,
      host.modem.connect({ host: PEER_HOST, port, mode }),
      (error, socket) => {
        if (error !== undefined || socket === undefined) {
          flow.isOver = true;
          return;
        }
        flow.end = new HostEnd(this.#setting(host, name), socket, up, downs);
        this.#ends.add(flow.end);
        if (flow.isOver) socket.destroy();
        else for (const talk of flow.waiting.splice(0)) this.#say(flow, talk);
      },
    );
    return flow;
  }

  #say({ end, peer }: Flow, { up, down, next, to }: Talk): void {
    if (end === undefined || !end.isOpen) return;
    end.write(up);
    if (peer?.isOpen) this.#answer(peer, end, down, next);
    end.proceed(next, to);
  }

  #answer(peer: PeerEnd, end: HostEnd, down: number, next: Talk['next']): void {
    peer.write(down);
    if (next !== 'peerEnd' && next !== 'peerReset') return;
    if (this.#in.dialect === 'bc66') end.up.cut ??= 'the peer closed, and bc66 has no counters';
    if (next === 'peerReset') peer.reset();
    else {
      end.peerEnded();
      peer.end();
    }
  }

  #listen(host: HostProcess, action: Serve): Served {
    const served: Served = { host, server: undefined, waiting: [], latest: action, isOver: false };
    this.#servers.set(action.server, served);
    const listening = host.modem.listen({ port: FIRST_SERVER_PORT + action.server, mode: action.mode });
    host.track('listen()', listening, (error, server) => {
      if (error !== undefined || !(server instanceof ModemServer)) {
        served.isOver = true;
        return;
      }
      served.server = server;
      const closed = host.owe('the close of a server');
      server.on('connection', (socket) => this.#accepted(served, socket));
      server.on('error', (failure) => host.checkError('a server', failure));
      server.on('close', () => {
        served.isOver = true;
        closed();
      });
      if (this.#isClosed) host.track('close() of a server', server.close());
      else for (const serve of served.waiting.splice(0)) this.#dial(served, serve);
    });
    return served;
  }

  #accepted({ host, latest }: Served, socket: HostEnd['socket']): void {
    if (host.isDead) return;
    this.#count += 1;
    const name = `accepted connection ${this.#count} (${latest.mode})`;
    const end = new HostEnd(this.#setting(host, name), socket, this.book.open(`${name}, up`));
    this.#ends.add(end);
    if (this.#pushWasLost && latest.mode === 'push') end.receiver.excuse = 'pushed data was swallowed';
    end.write(latest.up);
    if (this.#isClosed) socket.destroy();
    if (latest.next === 'end') end.proceed('end');
    if (this.#in.dialect === 'bc66') end.up.cut ??= 'bc66 has no counters';
  }

  #dial(served: Served, action: Serve): void {
    served.latest = action;
    this.#count += 1;
    const name = `client ${this.#count}`;
    const client = this.#in.network.dial(FIRST_SERVER_PORT + action.server);
    const peer = new PeerEnd(client, this.book, this.#in.oracle, name, this.book.open(`${name}, down`));
    this.#peers.add(peer);
    this.#clients.add(peer);
    peer.write(action.down);
    if (action.next === 'peerEnd') peer.end();
    if (action.next === 'peerReset') this.#in.after(500, () => peer.isOpen && peer.reset());
  }

  #bind(host: HostProcess, key: number, action: Datagrams): void {
    const { network, oracle } = this.#in;
    this.#count += 1;
    const mode = action.mode === 'push' ? 'push' : 'buffer';
    const localPort = action.bound ? FIRST_UDP_PORT + this.#count : undefined;
    const name = `UDP socket ${this.#count} (${mode}${action.bound ? ', bound' : ''})`;
    const peer = network.bindPeer(FIRST_UDP_PORT + 1000 + this.#count);
    const opening =
      localPort === undefined
        ? host.modem.connectUdp({ host: PEER_HOST, port: peer.port, mode })
        : host.modem.bindUdp({ port: localPort, mode });
    host.track(`opening of ${name}`, opening, (error, socket) => {
      if (error !== undefined || socket === undefined) return;
      const flow = new UdpFlow({ host, name, socket, peer, oracle, localPort });
      this.#udp.set(key, flow);
      this.#udpFlows.add(flow);
      if (this.#isClosed) flow.close();
      else flow.send(action.count, action.bytes, action.bound);
    });
  }
}
