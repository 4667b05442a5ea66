import type { ModemActor } from '../../machines/modem.machine.ts';
import { type RebootPolicyActor, remainingWaitMs } from '../../machines/reboot-policy.machine.ts';
import type { SocketState } from '../dialects/dialect.ts';

/** The modem at the moment of a collection. */
export interface ModemLook {
  readonly sockets: readonly SocketState[];
  readonly rebootsInRow: number;
  readonly ladderWaitMs: number;
}

/** Reads the statecharts. */
export function lookAt(actor: ModemActor): ModemLook {
  const snapshot = actor.getSnapshot();
  const policy = snapshot.children['rebootPolicy'] as RebootPolicyActor | undefined;
  const ladder = policy?.getSnapshot().context;
  return {
    sockets: Object.values(snapshot.context.socketActors).map((socket) => {
      const { value } = socket.getSnapshot();
      return (typeof value === 'string' ? value : Object.keys(value)[0]) as SocketState;
    }),
    rebootsInRow: ladder?.record.rebootsInRow ?? 0,
    ladderWaitMs: ladder ? remainingWaitMs(ladder) : 0,
  };
}
