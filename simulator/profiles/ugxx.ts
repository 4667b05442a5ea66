/** UMTS modules ("ugxx": UGxx TCPIP AT Commands Manual V1.2): UG95, UG96. From §2.5 on, where the manual at hand ends,
 * they are as `lte`, their successor. */
import { lte } from './lte.ts';
import type { Profile } from './profile.ts';

export const ugxx: Profile = {
  ...lte,
  model: 'UG96',
  revision: 'UG96LNAR02A06E1G',
  contextIds: { min: 1, max: 20 }, // ugxx §2.1
  maxActiveContexts: 3, // ugxx §2.2
  contextTypes: { min: 1, max: 1 }, // ugxx §2.1
  savesPasswordForCdma: false, // ugxx §2.1
  toleratesMissingPassword: false, // ugxx §2.1
  services: ['TCP', 'UDP', 'TCP LISTENER', 'UDP SERVICE'], // ugxx §2.4
  closesWithTimeout: false, // protocol.md §1
  inheritsAccessMode: false, // ugxx §2.4
  domains: ['CREG', 'CGREG'],
  accessTechnology: 2, // UTRAN
  tests: {
    '+QICSGP': '+QICSGP: (1-20),1-IPV4,<apn>,<username>,<password>,(0-3)',
    '+QIOPEN':
      '+QIOPEN: (1-20),(0-11),"TCP/UDP/TCP LISTENER/UDP SERVICE", ' +
      '"<IP_address>/<domain_name>",<remote_port>,<local_port>,(0-2)',
    '+QICLOSE': '+QICLOSE: (0-11)',
    '+QISTATE': '',
    '+QISEND': '+QISEND: (0-11),(0-1460)',
    '+QPING': '+QPING: (1-20),<host>,(1-255),(1-10)',
    '+QNTP': '+QNTP: (1-20),<server>,(1-65535),(0,1)',
    '+QIDNSCFG': '+QIDNSCFG: (1-20),<pridnsaddr>,<secdnsaddr>',
    '+QIDNSGIP': '+QIDNSGIP: (1-20),<hostname>',
  },
};
