/** NB-IoT modules ("bc66": BC66 TCP/IP AT Commands Manual). */
import { TCPIP_ERRORS } from '../errors.ts';
import { lte } from './lte.ts';
import { dataFormat, flag } from './options.ts';
import type { Profile } from './profile.ts';

/** Where bc66 chapter 3 has other words than its predecessors. */
const OTHER_TEXTS: Readonly<Record<number, string>> = {
  0: 'operation successfully',
  565: 'DNS parsed failed',
  570: 'PDP context break down',
};

export const bc66: Profile = {
  ...lte,
  model: 'BC66',
  revision: 'BC66NBR01A04',
  contextIds: { min: 1, max: 3 }, // bc66 §2.1
  maxActiveContexts: 3,
  contextsComeWithNetwork: true,
  connectIds: { min: 0, max: 4 }, // bc66 §2.1
  accessModeMax: 1, // bc66 §1.2
  opensByProtocol: true, // bc66 §2.1
  services: ['TCP', 'UDP'], // bc66 §2.1
  receiveBufferBytes: 4096,
  tellsFullBuffer: true, // bc66 §2.13.3
  // AT+QISENDEX carries up to 700 bytes in hexadecimal (bc66 §2.6).
  lineLimits: { plain: 512, payload: 2 * 700 + 32 },
  lastBootNotices: [],
  tellsSimState: false,
  options: { dataformat: dataFormat('(0,1),(0,1)'), viewmode: flag(0) }, // bc66 §2.11
  domains: ['CEREG'],
  accessTechnology: 9, // E-UTRAN (NB-S1)
  shortYears: true, // bc66 §2.9
  errorTextSeparator: ',', // bc66 §4.5
  errorTexts: { ...TCPIP_ERRORS, ...OTHER_TEXTS },
  tests: {
    ...lte.tests,
    '+QIOPEN':
      '+QIOPEN: (1-3),(0-4),"TCP/UDP", "<IP_address>/<domain_name>",' +
      '<remote_port>,<local_port>,<0-1>[,<0-1>]',
    '+QICLOSE': '',
    '+QISTATE': '',
    '+QISEND': '+QISEND: (0-4),(1-700),(DATA)',
    '+QPING': '+QPING: (1-3),<host>,(1-255),(1-10)',
    '+QNTP': '+QNTP: (1-3),<server>,(1-65535),(0,1)', // bc66 §2.9 prints another name and loose brackets
    '+QIDNSGIP': '+QIDNSGIP: (1-3),<hostname>',
  },
};
