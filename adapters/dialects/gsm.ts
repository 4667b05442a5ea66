/** All GSM/GPRS modules.
 *
 * Source: GSM TCPIP Application Note V1.2 ("gsm"); D-numbers are decisions of the protocol digest.
 */
import { flag } from './arguments.ts';
import { commonBringUp, plain } from './common.ts';
import type { BringUpRow, Dialect } from './dialect.ts';
import { gsmCommands as encoders } from './gsm/commands.ts';
import { drivenCommands } from './gsm/driven.ts';
import { limits } from './gsm/parameters.ts';
import { gsmConnections } from './gsm/places.ts';
import { gsmWire } from './gsm/wire.ts';

const endContext = (id: number): BringUpRow => ({
  command: drivenCommands.deactivateContext(id), // gsm §5.5
  required: false,
});

/** GSM/GPRS modules (M95, M66, M10, MC60 …) as data. */
export const gsm = {
  ...gsmWire,
  name: 'gsm',
  manual: 'GSM TCPIP Application Note V1.2, 2015-04',
  // gsm §1: all GSM modules of the vendor
  models: [
    'M95',
    'M66',
    'M10',
    'M12',
    'M25',
    'M26',
    'M35',
    'M50',
    'M72',
    'M80',
    'M85',
    'MC20',
    'MC25',
    'MC60',
  ],
  limits,
  errors: {}, // gsm has no AT+QIGETERROR and no table of numbers
  socketStates: {
    // of the stack and its one connection, AT+QISTAT (gsm §5.6.1, D20)
    'IP INITIAL': 'initial',
    'IP START': 'initial',
    'IP CONFIG': 'initial',
    'IP IND': 'initial',
    'IP GPRSACT': 'initial',
    'IP STATUS': 'initial',
    'IP PROCESSING': 'initial', // with AT+QIMUX=1: each index has a state of its own
    'TCP CONNECTING': 'opening',
    'UDP CONNECTING': 'opening',
    'CONNECT OK': 'connected',
    'IP CLOSE': 'initial', // gsm §5.6.1: closed already, and may be opened again
    'PDP DEACT': 'initial',
    // of one index, AT+QISTATE (gsm §5.6.2 shows the first, protocol §5 the second)
    INITIAL: 'initial',
    CONNECTED: 'connected',
    // of the server, AT+QISSTAT (gsm §5.6.2, D20)
    LISTENNING: 'listening',
  },
  commands: drivenCommands,
  /** The commands of the manual, one by one: `commands` has what the machines need, made from them. */
  encoders,
  services: ['TCP', 'UDP', 'TCP LISTENER', 'UDP SERVICE'], // gsm §3.1, §3.2
  accessModes: ['buffer', 'push', 'transparent'], // gsm §5.3.2, §5.3.1, §4
  sharings: ['multiple', 'single', 'transparent'], // gsm figure 1
  connections: gsmConnections,
  isAttachedByNetwork: false,
  routesUrcs: false,
  keepsCounters: false, // gsm §5.2.2 speaks of connections; modules refuse AT+QISACK behind CLOSED
  readsWhileSuspended: false, // gsm §4
  moduleOptions: {
    sleep: {
      sets: 'sleep',
      encode: (argument: string, on: unknown) => plain(`AT+QSCLK=${flag(argument, on as boolean)}`), // gsm §9
    },
  },
  knowsCdma: false,
  bringUp: [
    ...commonBringUp,
    // What an earlier host left behind would not let the sharing of a context be chosen, and talks meanwhile.
    ...limits.contextIds.toReversed().map(endContext),
    { command: encoders.selectRole('client'), required: false }, // gsm §3.2
    { command: encoders.showRemoteAddress(false), required: false }, // gsm §5.3.1
    { command: encoders.showLocalAddress(false), required: false },
  ],
} as const satisfies Dialect & { readonly encoders: typeof encoders };
