/** LTE Standard modules ("lte": TCP/IP Application Note V1.1): EC25, EC21, EC20, EG25-G, EG91, EG95 … */
import { TCPIP_ERRORS } from '../errors.ts';
import { dataFormat, flag, keepalive, number, retransmission } from './options.ts';
import type { Profile } from './profile.ts';

/** The options of lte §2.1.15, in the order of AT+QICFG=?. */
const lteOptions = {
  transpktsize: number(1, 1460, 1024),
  transwaittm: number(0, 20, 2),
  dataformat: dataFormat('(0,1),(0,1)'),
  viewmode: flag(0),
  'tcp/retranscfg': retransmission(12),
  // Printed as "1 disable, 1 enable"; 1 is the value that can be told from the underlining (protocol.md D2).
  'dns/cache': flag(1),
  'qisend/timeout': number(0, 3600, 0),
  passiveclosed: flag(0),
  'udp/readmode': flag(0),
  'udp/sendmode': flag(0),
  'tcp/accept': flag(1),
  'tcp/keepalive': keepalive(120, [0]), // minutes
  'recv/buffersize': number(10_240, 524_288, 10_240),
  recvind: flag(0),
} as const;

export const lte: Profile = {
  manufacturer: 'Quectel',
  model: 'EC25',
  revision: 'EC25EFAR06A01M4G',
  contextIds: { min: 1, max: 16 }, // lte §2.1.1
  maxActiveContexts: 3, // lte §2.1.2
  contextsComeWithNetwork: false,
  hasForegroundContexts: false,
  contextTypes: { min: 1, max: 3 }, // lte §2.1.1
  savesPasswordForCdma: true, // lte §2.1.1
  toleratesMissingPassword: true, // lte §3.1.1: 1,1,"UNINET","",1
  dnsFollowsContextType: false,
  hostLimitBytes: 255,
  connectIds: { min: 0, max: 11 }, // lte §2.1.4
  accessModeMax: 2, // lte §2.1.4
  opensByProtocol: false,
  receiveBufferBytes: 10_240,
  tellsFullBuffer: false,
  // AT+QISENDEX carries a string of up to 512 bytes (lte §2.1.9) beside its own name.
  lineLimits: { plain: 512, payload: 512 + 32 },
  escape: { guardMs: 1000, limitMs: 1000, limits: 'all' }, // lte §1.2
  lossOfCarrier: 'NO CARRIER', // lte §1.2
  carrierShowsConnection: false,
  toleratesBlanks: false,
  tellsSimState: true,
  lastBootNotices: ['+QIND: SMS DONE', '+QIND: PB DONE'],
  powerDownNotice: 'POWERED DOWN',
  // "TCP SERVICE" has a name in lte §2.1.4 and no meaning.
  services: ['TCP', 'UDP', 'TCP SERVICE', 'TCP LISTENER', 'UDP SERVICE', 'UDP LISTENER'],
  opensWithLimits: false,
  closesWithTimeout: true, // lte §2.1.5
  refusesNeedlessClose: false,
  inheritsAccessMode: true, // lte §2.1.4
  namesFullListener: false, // lte §2.2.3
  shownListenerAddress: undefined, // lte §3.6.1
  pingSizes: undefined,
  options: lteOptions,
  optionSeparator: ',',
  domains: ['CREG', 'CGREG', 'CEREG'],
  accessTechnology: 7, // E-UTRAN
  errorStyle: 'plain',
  shortYears: false,
  errorTextSeparator: ', ',
  errorTexts: TCPIP_ERRORS,
  tests: {
    '+QICSGP': '+QICSGP: (1-16),(1-3),<APN>,<username>,<password>,(0-3),(0-1)',
    '+QIOPEN':
      '+QIOPEN: (1-16),(0-11),"TCP/UDP/TCP LISTENER/UDP SERVICE",' +
      '"<IP_address>/<domain_name>",<remote_port>,<local_port>,(0-2)',
    '+QICLOSE': '+QICLOSE: (0-11),(0-65535)',
    '+QISTATE': '',
    '+QISEND': '+QISEND: (0-11),(0-1460)',
    '+QPING': '+QPING: (1-16),<host>,(1-255),(1-10)',
    '+QNTP': '+QNTP: (1-16),<server>,(1-65535),(0,1)',
    '+QIDNSCFG': '+QIDNSCFG: (1-16),<pridnsaddr>,<secdnsaddr>',
    '+QIDNSGIP': '+QIDNSGIP: (1-16),<hostname>',
  },
};
