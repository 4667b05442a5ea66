import fc from 'fast-check';
import { bc66 } from '../../adapters/dialects/bc66.ts';
import type { Command } from '../../adapters/dialects/dialect.ts';
import { gsm } from '../../adapters/dialects/gsm.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { rg } from '../../adapters/dialects/rg.ts';
import { ugxx } from '../../adapters/dialects/ugxx.ts';
import { isModemError } from '../../errors.ts';

type Encoder = readonly [place: string, encode: (text: string) => Command];

const context = {
  id: 1,
  apn: 'a',
  type: 'IPv4',
  username: '',
  password: '',
  authentication: 'none',
} as const;
const socket = {
  contextId: 1,
  connectId: 0,
  service: 'TCP',
  host: 'a',
  remotePort: 1,
  localPort: 0,
  mode: 'buffer',
} as const;
const call = { number: '1', username: '', password: '', bitsPerSecond: 9600 } as const;
const client = { connection: 0, service: 'TCP', host: 'a', remotePort: 1, isTransparent: false } as const;

/** The strings of every command that lte, ugxx and rg have. */
function shared(name: string, { commands }: typeof lte | typeof ugxx | typeof rg): readonly Encoder[] {
  return [
    [`${name} apn`, (apn) => commands.configureContext({ ...context, apn })],
    [`${name} user name`, (username) => commands.configureContext({ ...context, username })],
    [`${name} password`, (password) => commands.configureContext({ ...context, password })],
    [`${name} context type`, (text) => commands.configureContext({ ...context, type: text as 'IPv4' })],
    [
      `${name} authentication`,
      (text) => commands.configureContext({ ...context, authentication: text as 'none' }),
    ],
    [`${name} host`, (host) => commands.open({ ...socket, host })],
    [`${name} service`, (text) => commands.open({ ...socket, service: text as 'TCP' })],
    [`${name} mode`, (text) => commands.open({ ...socket, mode: text as 'buffer' })],
    [`${name} new mode`, (text) => commands.switchMode(0, text as 'buffer')],
    [`${name} address of a datagram`, (text) => commands.sendTo(0, 1, text, 1)],
    [`${name} host of a ping`, (text) => commands.ping(1, text, 1, 1)],
    [`${name} DNS server`, (text) => commands.setDnsServers(1, ['a', text])],
    [`${name} option to ask for`, (text) => commands.queryOption(text)],
    [`${name} option to set`, (text) => commands.setOption(text, [0])],
    [`${name} command to test`, (text) => commands.queryRanges(text as 'QIRD')],
    [`${name} pin`, (text) => commands.enterPin(text)],
  ];
}

/** The strings that ugxx and lte have besides. */
function extended(name: string, { commands }: typeof lte | typeof ugxx): readonly Encoder[] {
  return [
    [`${name} time server`, (text) => commands.syncTime(1, text, 123, false)],
    [`${name} name to resolve`, (text) => commands.resolve(1, text)],
  ];
}

const ofBc66: readonly Encoder[] = [
  ['bc66 host', (host) => bc66.commands.open({ ...socket, host })],
  ['bc66 service', (text) => bc66.commands.open({ ...socket, service: text as 'TCP' })],
  ['bc66 protocol', (text) => bc66.commands.open({ ...socket, protocol: text as 'IPv4' })],
  ['bc66 mode', (text) => bc66.commands.switchMode(0, text as 'push')],
  ['bc66 text', (text) => bc66.commands.sendText(0, text)],
  ['bc66 host of a ping', (text) => bc66.commands.ping(1, text, 1, 1)],
  ['bc66 time server', (text) => bc66.commands.syncTime(1, text, 123, false)],
  ['bc66 name to resolve', (text) => bc66.commands.resolve(1, text)],
  ['bc66 option to ask for', (text) => bc66.commands.queryOption(text)],
  ['bc66 option to set', (text) => bc66.commands.setOption(text, [0])],
  ['bc66 command to test', (text) => bc66.commands.queryRanges(text as 'QIRD')],
];

const ofGsm: readonly Encoder[] = [
  ['gsm apn', (apn) => gsm.encoders.configureContext({ apn, username: '', password: '' })],
  ['gsm user name', (username) => gsm.encoders.configureContext({ apn: 'a', username, password: 'b' })],
  ['gsm password', (password) => gsm.encoders.configureContext({ apn: 'a', username: 'b', password })],
  ['gsm number', (number) => gsm.encoders.configureCircuit({ ...call, number })],
  ['gsm user name of a call', (username) => gsm.encoders.configureCircuit({ ...call, username })],
  ['gsm password of a call', (password) => gsm.encoders.configureCircuit({ ...call, password })],
  ['gsm rate', (text) => gsm.encoders.configureCircuit({ ...call, bitsPerSecond: text as unknown as 9600 })],
  ['gsm host', (host) => gsm.encoders.open({ ...client, host })],
  ['gsm service', (text) => gsm.encoders.open({ ...client, service: text as 'TCP' })],
  ['gsm connection', (text) => gsm.encoders.send(text as 'only', 1)],
  ['gsm role', (text) => gsm.encoders.selectRole(text as 'client')],
  ['gsm service of a port', (text) => gsm.encoders.setListenPort(text as 'TCP', 1)],
  ['gsm service of a server', (text) => gsm.encoders.listen(text as 'TCP', 1)],
  ['gsm name server', (text) => gsm.encoders.setDnsServers([text])],
  ['gsm name to resolve', (text) => gsm.encoders.resolve(text)],
];

const encoders: readonly Encoder[] = [
  ...shared('lte', lte),
  ...shared('ugxx', ugxx),
  ...shared('rg', rg),
  ...extended('lte', lte),
  ...extended('ugxx', ugxx),
  ...ofBc66,
  ...ofGsm,
];

const dangerous = [
  '"',
  ',',
  ';',
  '\r',
  '\n',
  '\0',
  '\u001a',
  '\u001b',
  ' ',
  'é',
  '€',
  'AT+CFUN=0',
  'a',
  'TCP',
  '1',
];
const anyText = fc.oneof(
  fc.string({ maxLength: 140 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.array(fc.constantFrom(...dangerous), { maxLength: 6 }).map((parts) => parts.join('')),
);

describe('no string ends its command, its line or its quotation marks', () => {
  it.each(encoders)('as %s', (_, encode) => {
    fc.assert(
      fc.property(anyText, (text) => {
        let written: string;
        try {
          written = encode(text).text;
        } catch (error) {
          expect(isModemError(error, 'INVALID_ARGUMENT')).toBe(true);
          return;
        }
        expect(written).toMatch(/^AT[\u0020-\u007e]*$/);
        // What is left between and behind the quoted strings is what the encoder wrote, and nothing of the text.
        const outside = written.replaceAll(/"[^"]*"/g, '""');
        expect(outside).not.toMatch(/""[^,]|[^,=]""|;/);
      }),
      { numRuns: 200 },
    );
  });

  it.each(encoders)('and none with a character that could is taken, as %s', (_, encode) => {
    for (const text of dangerous.filter((part) => /[\r\n\0"\u001a\u001b]|[^\u0000-\u007f]/.test(part))) {
      let written: string | undefined;
      try {
        written = encode(`a${text}b`).text;
      } catch (error) {
        expect(isModemError(error, 'INVALID_ARGUMENT')).toBe(true);
      }
      expect(written).toBeUndefined();
    }
  });
});
