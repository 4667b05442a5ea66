/** Opens sockets on an active context: takes a connect id, and joins the stream, its statechart and the channel. */
import type { ActorRefFrom } from 'xstate';
import { ModemError } from '../../errors.ts';
import type { modemMachine } from '../../machines/modem.machine.ts';
import type { AtChannel } from '../channel/at-channel.ts';
import type { checkedConnect } from '../modem/connect-options.ts';
import { socketTiming } from '../modem/machine-input.ts';
import type { CheckedOptions } from '../modem/options.ts';
import type { ModemSocket } from './modem-socket.ts';
import { bufferLink } from './socket-link.ts';

export class SocketOpener {
  readonly #options: CheckedOptions;
  readonly #channel: AtChannel;
  readonly #actor: ActorRefFrom<typeof modemMachine>;
  readonly #usedIds = new Set<number>();

  constructor(options: CheckedOptions, channel: AtChannel, actor: ActorRefFrom<typeof modemMachine>) {
    this.#options = options;
    this.#channel = channel;
    this.#actor = actor;
  }

  /** Starts the statechart of the socket; it opens the connection and reports to the stream.
   *
   * @throws TOO_MANY_SOCKETS when every connect id is in use.
   */
  open(socket: ModemSocket, options: ReturnType<typeof checkedConnect>): void {
    const connectId = this.#takeId(socket);
    const { dialect } = this.#options;
    const owner = `socket-${connectId}`;
    this.#actor.send({
      type: 'ask.socket',
      input: {
        open: {
          contextId: options.context,
          connectId,
          service: 'TCP',
          host: options.host,
          remotePort: options.port,
          localPort: options.localPort,
          mode: 'buffer',
        },
        commands: dialect.commands,
        run: (command, signal) => this.#channel.execute(command, { signal, owner, priority: 'control' }),
        link: bufferLink(socket, connectId, dialect, (command, more) =>
          this.#channel.execute(command, { ...more, owner, priority: 'traffic' }),
        ),
        owner: {
          send: (notice) => {
            if (notice.type === 'socket.released') this.#usedIds.delete(connectId);
            socket.notice(notice);
          },
        },
        timing: socketTiming(this.#options),
      },
    });
    const actor = this.#actor.getSnapshot().context.socketActors[connectId];
    if (actor) socket.attach(actor, connectId);
  }

  #takeId(socket: ModemSocket): number {
    const [lowest, highest] = this.#options.dialect.limits.connectIds;
    for (let id = lowest; id <= highest; id++) {
      if (this.#usedIds.has(id)) continue;
      this.#usedIds.add(id);
      return id;
    }
    const most = highest - lowest + 1;
    throw new ModemError(
      'TOO_MANY_SOCKETS',
      `connection to ${socket.endpoint}: all ${most} connect ids are in use`,
    );
  }
}
