/** Encoders for contexts, name service and the set-up of the stack. */
import { choice, flag, integer, quoted, quotedName } from '../arguments.ts';
import { APN_BYTES, CREDENTIAL_BYTES, HOST_BYTES, plain } from '../common.ts';
import type { Command } from '../dialect.ts';
import { dnsServerList } from '../qi/contexts.ts';
import {
  type GsmCircuitParameters,
  type GsmContextParameters,
  type GsmTransparentParameters,
  hostName,
  limits,
} from './parameters.ts';
import { addresses, localAddress } from './replies.ts';

const NUMBER_BYTES = 20; // TS 22.030: digits of a number that can be dialled
const RATES = ['2400', '4800', '9600', '14400'] as const; // not in this manual: from the modules' command manuals
const DNS_WAIT_MS = 60_000; // the manual gives none: protocol §2
const MOST_ADDRESSES = 16; // the manual shows three; silence ends a shorter list

function configuration(p: GsmContextParameters): Command<void> {
  const front = `AT+QICSGP=1,${quoted('apn', p.apn, APN_BYTES)}`; // gsm §3, §8.2
  const user = quoted('username', p.username, CREDENTIAL_BYTES);
  const password = quoted('password', p.password, CREDENTIAL_BYTES);
  if (p.username === '' && p.password === '') return plain(front);
  return { ...plain(`${front},${user},${password}`), redacted: `${front},"***","***"` };
}

function circuit(p: GsmCircuitParameters): Command<void> {
  const front = `AT+QICSGP=0,${quotedName('number', p.number, NUMBER_BYTES)}`; // gsm §2.2 names CSD only
  const user = quoted('username', p.username, CREDENTIAL_BYTES);
  const password = quoted('password', p.password, CREDENTIAL_BYTES);
  const rate = choice(
    'bitsPerSecond',
    typeof p.bitsPerSecond === 'number' ? String(p.bitsPerSecond) : '',
    RATES,
  );
  return { ...plain(`${front},${user},${password},${rate}`), redacted: `${front},"***","***",${rate}` };
}

function transparency(p: GsmTransparentParameters): Command<void> {
  const retries = integer('retries', p.retries, 0, 255); // gsm §4 prints 3 and gives no range
  const tenths = integer('waitMs', p.waitMs / 100, 0, 255); // gsm §4: 2 is 200 ms; no range
  const size = integer('packetBytes', p.packetBytes, 1, limits.sendBytes); // gsm §4 prints 512 and gives no range
  return plain(`AT+QITCFG=${retries},${tenths},${size},${flag('escapes', p.escapes)}`);
}

/** Encoders for the context in the foreground. */
export const contextCommands = {
  /** All later commands are about this context. */
  selectContext: (id: number) => plain(`AT+QIFGCNT=${integer('context id', id, ...limits.contextIds)}`), // gsm §7.1
  configureContext: configuration,
  configureCircuit: circuit,
  startStack: () => plain('AT+QIREGAPP'), // gsm §3
  activateContext: () => plain('AT+QIACT', 150_000), // protocol §2: the manual gives none for gsm
  /** Also the step that lets the stack go on after an activation. */
  queryAddress: (): Command<string> => ({
    ...plain('AT+QILOCIP'), // gsm §3
    resultIsAddress: true,
    parse: localAddress,
  }),
  deactivateContext: (): Command<void> => ({ ...plain('AT+QIDEACT', 60_000), successes: ['DEACT OK'] }), // gsm §5.5

  /** Whether an open takes host names in place of addresses. */
  useNames: (on: boolean) => plain(`AT+QIDNSIP=${flag('on', on)}`), // gsm §3, §8.1
  setDnsServers: (servers: readonly string[]) =>
    plain(`AT+QIDNSCFG=${dnsServerList({ hostBytes: HOST_BYTES }, servers)}`), // gsm §8.2
  resolve: (host: string): Command<readonly string[]> => ({
    ...plain(`AT+QIDNSGIP=${hostName(host)}`, DNS_WAIT_MS), // gsm §8.2
    linesAfterOk: { least: 1, most: MOST_ADDRESSES },
    onSilence: 'in doubt', // no address came: the call fails, the module does not (protocol §2)
    parse: addresses,
  }),

  setMultiplexing: (on: boolean) => plain(`AT+QIMUX=${flag('on', on)}`), // gsm §3
  setTransparent: (on: boolean) => plain(`AT+QIMODE=${flag('on', on)}`), // gsm §3, §4
  configureTransparent: transparency,
  /** The module sleeps while DTR is high. */
  setSleep: (on: boolean) => plain(`AT+QSCLK=${flag('on', on)}`), // gsm §9
} as const;
