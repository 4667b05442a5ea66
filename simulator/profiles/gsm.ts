/** GSM/GPRS modules ("gsm": GSM TCPIP Application Note V1.2): M95, M66 … What the manual leaves open is as `lte`. */
import { lte } from './lte.ts';
import { flag } from './options.ts';
import type { Profile } from './profile.ts';

export const gsm: Profile = {
  ...lte,
  manufacturer: 'Quectel_Ltd',
  model: 'Quectel_M95',
  revision: 'M95FAR02A08',
  contextIds: { min: 0, max: 1 }, // gsm §7.1
  maxActiveContexts: 2, // gsm §7.1
  hasForegroundContexts: true,
  connectIds: { min: 0, max: 5 }, // gsm §3.3
  inheritsAccessMode: true, // AT+QIMODE and AT+QINDI hold for both sides
  escape: { guardMs: 500, limitMs: 20, limits: 'each' }, // gsm chapter 4
  lossOfCarrier: 'CLOSED', // gsm §6.3
  carrierShowsConnection: true, // gsm §5.6.2 note
  toleratesBlanks: true, // gsm §3.1: "TCP", "124.79.167.121",7007
  tellsSimState: false,
  lastBootNotices: ['Call Ready'], // protocol.md §4
  powerDownNotice: 'NORMAL POWER DOWN', // protocol.md §4
  // Commands of their own (gsm §5.3, chapter 9); off after a boot.
  options: {
    QIHEAD: flag(0),
    QISHOWRA: flag(0),
    QISHOWLA: flag(0),
    QISHOWPT: flag(0),
    QINDI: flag(0),
    QSCLK: flag(0),
  },
  domains: ['CREG', 'CGREG'],
  accessTechnology: 0, // GSM
};
