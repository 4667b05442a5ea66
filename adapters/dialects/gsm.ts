/** All GSM/GPRS modules.
 *
 * Source: GSM TCPIP Application Note V1.2 ("gsm"); D-numbers are decisions of the protocol digest.
 */
import { commonBringUp } from './common.ts';
import type { DialectTable } from './dialect.ts';
import { gsmCommands as commands, type GsmCommands } from './gsm/commands.ts';
import { type GsmLimits, limits } from './gsm/parameters.ts';
import { gsmWire } from './gsm/wire.ts';
import type { WireDialect } from './wire.ts';

/** GSM/GPRS modules (M95, M66, M10, MC60 …) as data. */
export const gsm = {
  ...gsmWire,
  name: 'gsm',
  manual: 'GSM TCPIP Application Note V1.2, 2015-04',
  models: ['M95', 'M66', 'M10', 'MC60'], // gsm §1: all GSM modules of the vendor
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
  commands,
  bringUp: [
    ...commonBringUp,
    { command: commands.selectContext(0), required: false }, // gsm §3
    // A context that outlived the host that activated it would not let the modes be changed.
    { command: commands.deactivateContext(), required: false },
    // D7: received data must be told from answers. With QIMUX=1 every block has an index and a length.
    { command: commands.setMultiplexing(true), required: true },
    { command: commands.setTransparent(false), required: true }, // gsm §3.3: the only mode with QIMUX=1
    { command: commands.showLength(false), required: false }, // gsm §5.3.1: +RECEIVE has the length already
    { command: commands.showProtocol(false), required: false },
    { command: commands.showRemoteAddress(false), required: false },
    { command: commands.showLocalAddress(false), required: false },
    // Modules without AT+QINDI push their blocks, which are framed as well.
    { command: commands.setBuffering(true), required: false }, // gsm §5.3.2
  ],
} as const satisfies WireDialect & DialectTable<GsmCommands, GsmLimits>;
