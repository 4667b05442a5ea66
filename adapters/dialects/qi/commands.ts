/** The commands that lte, ugxx and rg share, made from what tells these dialects apart.
 *
 *    shape (ids, types, services, modes, lengths, options) ──▶ encoders of `AT+QI…`
 */

import { commonBringUp, commonCommands } from '../common.ts';
import type { BringUpRow } from '../dialect.ts';
import { contextCommands, dnsServerCommands } from './contexts.ts';
import { optionCommands } from './options.ts';
import { pinnedEcho, pinnedOption } from './pinned.ts';
import type { QiShape } from './shape.ts';
import { modeSwitch, socketCommands } from './sockets.ts';
import { pinging, portCommands, queryLastError } from './tools.ts';
import { transferCommands } from './transfer.ts';

/** Encoders for the commands that all three manuals have. */
export function qiCommands(shape: QiShape) {
  return {
    ...commonCommands,
    ...contextCommands(shape),
    ...socketCommands(shape),
    ...transferCommands(shape),
    ...portCommands,
    ...dnsServerCommands(shape),
    ...optionCommands(shape),
    switchMode: modeSwitch(shape),
    ping: (id: number, host: string, timeoutS: number, count: number) =>
      pinging(shape, id, host, timeoutS, count),
    queryLastError,
  };
}

/** Set-up that makes answers readable: raw payload, headers on lines of their own, no lengths in notices. */
export function qiBringUp(shape: QiShape, sendInputTimeoutMs: number): readonly BringUpRow[] {
  const { setOption } = optionCommands(shape);
  return [
    ...commonBringUp,
    pinnedEcho, // lte §2.1.16, rg §2.3.15
    pinnedOption(shape, 'dataformat', [0, 0]), // D6
    pinnedOption(shape, 'viewmode', [0]), // lte §2.1.15, rg §2.3.1
    pinnedOption(shape, 'recvind', [0]), // lte §2.1.15, rg §2.3.1, D1
    // A host that dies between the prompt and the payload must not leave the module waiting for ever.
    {
      command: setOption('qisend/timeout', [sendInputTimeoutMs]),
      required: false,
      sets: 'qisend/timeout',
    },
  ];
}

/** Datagrams keep their boundaries, in both directions (lte §2.1.15; not on rg). */
export function datagramBringUp(shape: QiShape): readonly BringUpRow[] {
  return [pinnedOption(shape, 'udp/readmode', [0]), pinnedOption(shape, 'udp/sendmode', [0])];
}
