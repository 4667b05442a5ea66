import type { Dialect } from '../dialects/dialect.ts';
import type { ModemSocketOptions } from './modem-socket.ts';

/** Invariant 4: a minute and a half of a line at 115200 baud. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** What the dialect decides of a stream: whether acknowledged bytes are known, and between which access modes it
 * can be switched, how much may wait for the reader where
 * a module that pushes cannot be told to stop. */
export function streamTraits({
  commands,
  accessModes,
}: Pick<Dialect, 'commands' | 'accessModes'>): Pick<
  ModemSocketOptions,
  'countsAcknowledged' | 'mostUnreadBytes' | 'switchableModes'
> {
  return {
    switchableModes: commands.switchMode === undefined ? [] : accessModes,
    countsAcknowledged: commands.querySent !== undefined,
    ...(commands.switchMode === undefined && { mostUnreadBytes: MOST_UNREAD_BYTES }),
  };
}
