/** 5G modules ("rg": RGx00U&RM500U Series TCP/IP Application Note V1.0): RG200U, RG500U, RM500U. */
import { TCPIP_ERRORS } from '../errors.ts';
import { lte } from './lte.ts';
import { dataFormat, flag, keepalive, number, retransmission } from './options.ts';
import type { Profile } from './profile.ts';

/** Where rg chapter 4 has other words than its predecessors. */
const OTHER_TEXTS: Readonly<Record<number, string>> = {
  0: 'operation success',
  554: 'socket creation failed',
  561: 'PDP context opening failed',
  562: 'PDP context closure failed',
  571: 'PDP context broken down', // the meaning is "cancel sending" all the same (protocol.md D11)
};

export const rg: Profile = {
  ...lte,
  toleratesBlanks: true, // rg §3.1.1: "UNINET","", "",0
  model: 'RG500U-CN',
  revision: 'RG500UCNAAR03A01M2G',
  contextIds: { min: 1, max: 5 }, // rg §2.3.2
  maxActiveContexts: 5, // rg §2.3.3
  contextTypes: { min: 1, max: 3 }, // rg §2.3.2
  savesPasswordForCdma: false, // rg §2.3.2
  toleratesMissingPassword: false, // rg §3.1.1
  dnsFollowsContextType: true, // rg §2.3.14
  hostLimitBytes: 256, // rg §2.3.7
  services: ['TCP', 'UDP', 'TCP LISTENER', 'UDP SERVICE'], // rg §2.3.7
  opensWithLimits: true, // rg §2.3.7
  closesWithTimeout: true, // rg §2.3.8
  refusesNeedlessClose: true, // rg §2.3.8: a close may fail
  inheritsAccessMode: true, // rg §2.3.7
  namesFullListener: true, // rg §2.4.3
  shownListenerAddress: '127.0.0.1', // rg §3.5.1, §3.6.1
  pingSizes: { min: 32, max: 1500 }, // rg §2.3.13
  // rg §2.3.1, in the order of AT+QICFG=?.
  options: {
    transpktsize: number(1, 1460, 1024),
    transwaittm: number(0, 20, 2),
    dataformat: dataFormat('(0,1), (0,1)'),
    viewmode: flag(0),
    'tcp/retranscfg': retransmission(8),
    'dns/cache': flag(0), // 0 is "enable" here
    'qisend/timeout': number(0, 3600, 0),
    passiveclosed: flag(0),
    'tcp/accept': flag(1),
    'tcp/keepalive': keepalive(1800, [0, 60, 25, 3]), // seconds
    recvind: flag(0),
    'close/mode': flag(0),
    sendinfo: flag(0),
    formatcfg: flag(0),
  },
  optionSeparator: ', ',
  domains: ['CREG', 'CGREG', 'CEREG', 'C5GREG'],
  accessTechnology: 11, // NR connected to a 5GCN
  errorStyle: 'cme', // rg §2.3: ERROR or +CME ERROR
  errorTexts: { ...TCPIP_ERRORS, ...OTHER_TEXTS },
  tests: {
    '+QICSGP': '+QICSGP: (1-5),(1-3),<APN>,<username>,<password>,(0-3)',
    '+QIOPEN':
      '+QIOPEN: (1-5),(0-11),("TCP","UDP","TCP LISTENER","UDP SERVICE"),<address_string>,' +
      '(0-65535),(0-65535),(0-2),(0-11),(10-150)',
    '+QICLOSE': '+QICLOSE: (0-11),(0-65535)',
    '+QISTATE': '+QISTATE: (0,1),(1-5),(0-11)',
    '+QISEND': '+QISEND: (0-11),(0-1460),<remoteIP>,(1-65535)',
    '+QPING': '+QPING: (1-5),<host>,(1-255),(1-10),(32-1500)',
    '+QNTP': '',
    '+QIDNSCFG': '+QIDNSCFG: (1-5),<pridnsaddr>,<secdnsaddr>',
    '+QIDNSGIP': '',
  },
};
