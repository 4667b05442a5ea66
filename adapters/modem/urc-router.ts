/** What a module says by itself, as messages to the statechart.
 *
 *    signals$ ──▶ route() ──▶ ask the rules of the dialect whom it may mean ──▶ one: its event · several: look which
 */
import type { ActorRefFrom } from 'xstate';
import type { ModemEvent, modemMachine } from '../../machines/modem.machine.ts';
import type { Clock } from '../../streams/clock.ts';
import { isBootNotice, type Urc } from '../../streams/urcs.ts';
import type { AtChannel } from '../channel/at-channel.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { SocketOpener } from '../net/socket-opener.ts';

/** Registered at home or abroad (3GPP TS 27.007 §7.2). */
const REGISTERED: ReadonlySet<number> = new Set([1, 5]);
/** Results of an open behind its OK (gsm, D25), as the numbers that the other dialects have for them. */
const OPEN_RESULTS: Readonly<Record<string, number>> = {
  'CONNECT OK': 0,
  'CONNECT FAIL': 566,
  'ALREADY CONNECT': 563,
};

/** Nobody waits for that close. */
const ORPHAN_CLOSE_MS = 10_000;

export interface UrcRouterParts {
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly actor: ActorRefFrom<typeof modemMachine>;
  readonly opener: SocketOpener;
  readonly channel: Pick<AtChannel, 'execute'>;
}

export class UrcRouter {
  readonly #parts: UrcRouterParts;

  constructor(parts: UrcRouterParts) {
    this.#parts = parts;
  }

  route(urc: Urc): void {
    const { opener, dialect, clock } = this.#parts;
    if (urc.name === 'incoming') opener.accept(urc);
    else if (urc.name === 'remote_ip') opener.acceptRemote(urc);
    else if (urc.name === 'incoming_full') opener.full(urc.serverId);
    else if (urc.name === 'open_result' && urc.result === 'CONNECT') opener.acceptData();
    // The OK may have come in the same breath: what it told is heard first.
    else if (urc.name === 'open_result') clock.setTimeout(() => this.#opened(urc), 0);
    else if (urc.name === 'closed') void this.#closed(dialect.connections.namedBy(urc.connectId));
    else if (urc.name === 'qirdi') this.#readable(urc);
    else if (urc.name === 'pdp_deact') this.#contextLost();
    else if (urc.name === 'registration') this.#registered(urc);
    const event = eventOf(urc);
    if (event) this.#parts.actor.send(event);
  }

  get #sockets() {
    return this.#parts.actor.getSnapshot().context.socketActors;
  }

  #live(ids: readonly number[]): readonly number[] {
    return ids.filter((id) => this.#sockets[id] !== undefined);
  }

  /** A result that several opens may wait for is left to their looks at the state. */
  #opened({ connectId: index, result }: Urc & { readonly name: 'open_result' }): void {
    const err = OPEN_RESULTS[result];
    const ids = this.#live(this.#parts.dialect.connections.namedBy(index));
    const opening = ids.filter((id) => this.#sockets[id]?.getSnapshot().matches('opening'));
    const [connectId] = opening;
    if (err === 0 && ids.length === 0) void this.#closeOrphan(index);
    if (err === undefined || connectId === undefined || opening.length > 1) return;
    this.#parts.actor.send({ type: 'urc.open', connectId, err });
  }

  /** An open that gave way to a client has been carried out all the same: what it opened is nobody's, and keeps the index. */
  async #closeOrphan(index: number | undefined): Promise<void> {
    const { dialect, channel, actor } = this.#parts;
    const [contextId, other] = Object.keys(actor.getSnapshot().context.activeContexts).map(Number);
    if (index === undefined || contextId === undefined || other !== undefined) return;
    const own = dialect.connections.idsFor({ contextId, service: 'TCP', sharing: 'multiple' });
    const [connectId] = dialect.connections.namedBy(index).filter((id) => own.includes(id));
    if (connectId === undefined) return;
    await channel.execute(dialect.commands.close(connectId, ORPHAN_CLOSE_MS), { owner: 'modem' });
  }

  async #closed(named: readonly number[]): Promise<void> {
    const ids = this.#live(named);
    for (const connectId of ids) {
      if (ids.length > 1 && !(await this.#isOver(connectId))) continue;
      this.#parts.actor.send({ type: 'urc.closed', connectId });
    }
  }

  async #isOver(connectId: number): Promise<boolean> {
    const { channel, dialect } = this.#parts;
    const asked = await channel.execute(dialect.commands.querySocket(connectId), { owner: 'modem' });
    return asked.kind === 'ok' && asked.value[0]?.state === 'closing';
  }

  #readable({ contextId, role, connectId }: Urc & { readonly name: 'qirdi' }): void {
    const { dialect, actor } = this.#parts;
    for (const id of this.#live(dialect.connections.bufferedAs?.(contextId, role, connectId) ?? []))
      actor.send({ type: 'urc.recv', connectId: id });
  }

  /** The notice does not say which context (gsm §6.3). */
  #contextLost(): void {
    const contexts = Object.keys(this.#parts.actor.getSnapshot().context.activeContexts).map(Number);
    const type = contexts.length === 1 ? 'urc.pdpdeact' : 'urc.doubted';
    for (const contextId of contexts) this.#parts.actor.send({ type, contextId });
  }

  /** Whoever waits for it need not wait for the next poll. Where the network attaches, a lost registration may have taken the
   * contexts along (bc66). */
  #registered({ domain, state, fields }: Urc & { readonly name: 'registration' }): void {
    const { dialect, actor } = this.#parts;
    const isAnswer = typeof fields[1] === 'number'; // one that came too late: nothing is new
    if (REGISTERED.has(state) && !isAnswer) actor.send({ type: 'urc.registered' });
    if (!dialect.isAttachedByNetwork || domain !== 'eps' || REGISTERED.has(state)) return;
    for (const contextId of Object.keys(actor.getSnapshot().context.activeContexts).map(Number))
      actor.send({ type: 'urc.doubted', contextId });
  }
}

/** What every dialect says in the same way. */
function eventOf(urc: Urc): ModemEvent | undefined {
  if (isBootNotice(urc)) return { type: 'module.booted', notice: 'text' in urc ? urc.text : urc.name };
  if (urc.name === 'open') return { type: 'urc.open', connectId: urc.connectId, err: urc.err };
  if (urc.name === 'recv' || urc.name === 'buffer_full')
    return { type: 'urc.recv', connectId: urc.connectId };
  if (urc.name === 'pdpdeact') return { type: 'urc.pdpdeact', contextId: urc.contextId };
  if (urc.name === 'qiactex') return { type: 'urc.activated', contextId: urc.contextId, err: urc.err };
  if (urc.name === 'qideactex') return { type: 'urc.deactivated', contextId: urc.contextId, err: urc.err };
  return undefined;
}
