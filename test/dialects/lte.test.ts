import fc from 'fast-check';
import type {
  Answer,
  BringUpRow,
  Command,
  ContextParameters,
  OpenParameters,
} from '../../adapters/dialects/dialect.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { dialectOf } from '../../adapters/dialects/registry.ts';
import { isModemError } from '../../errors.ts';
import { infoLine } from './answers.ts';

const { commands } = lte;

const context: ContextParameters = {
  id: 1,
  apn: 'UNINET',
  type: 'IPv4',
  username: '',
  password: '',
  authentication: 'PAP',
};
const open: OpenParameters = {
  contextId: 1,
  connectId: 0,
  service: 'TCP',
  host: '220.180.239.212',
  remotePort: 8009,
  localPort: 0,
  mode: 'buffer',
};

function argumentOf(encode: () => unknown): string | undefined {
  try {
    encode();
  } catch (error) {
    if (isModemError(error, 'INVALID_ARGUMENT')) return error.details.argument;
    throw error;
  }
  return undefined;
}

/** What a command makes of the lines that the module printed, read as they are read on the wire. */
function parsed<T>(command: Command<T>, ...texts: readonly string[]): T | undefined {
  const answer: Answer = { lines: texts.map(infoLine), payload: [], result: 'OK' };
  return command.parse?.(answer);
}

describe('lte writes', () => {
  it.each<[string, Command]>([
    ['AT', commands.attention()],
    ['ATI', commands.identify()],
    ['AT+CFUN=1,1', commands.reset()],
    ['AT+CPIN?', commands.querySim()],
    ['AT+CPIN="1234"', commands.enterPin('1234')],
    ['AT+CGATT?', commands.queryAttached()],
    ['AT+CGATT=1', commands.attach()],
    ['AT+CSQ', commands.querySignal()],
    ['AT+QIACT?', commands.queryContexts()],
    ['AT+QICSGP=1', commands.queryContext(1)],
    ['AT+QICSGP=1,1,"UNINET","","",1', commands.configureContext(context)],
    [
      'AT+QICSGP=16,3,"a.b","user","pass",3',
      commands.configureContext({
        id: 16,
        apn: 'a.b',
        type: 'IPv4v6',
        username: 'user',
        password: 'pass',
        authentication: 'PAP or CHAP',
      }),
    ],
    [
      'AT+QICSGP=2,2,"","","",0',
      commands.configureContext({ ...context, id: 2, apn: '', type: 'IPv6', authentication: 'none' }),
    ],
    ['AT+QIACT=1', commands.activateContext(1)],
    ['AT+QIDEACT=1', commands.deactivateContext(1)],
    ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0', commands.open(open)],
    ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,1', commands.open({ ...open, mode: 'push' })],
    ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,2', commands.open({ ...open, mode: 'transparent' })],
    [
      'AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0',
      commands.open({
        ...open,
        connectId: 1,
        service: 'TCP LISTENER',
        host: '127.0.0.1',
        remotePort: 0,
        localPort: 2020,
      }),
    ],
    [
      'AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,3030,0',
      commands.open({
        ...open,
        connectId: 2,
        service: 'UDP SERVICE',
        host: '127.0.0.1',
        remotePort: 0,
        localPort: 3030,
      }),
    ],
    ['AT+QICLOSE=0,10', commands.close(0, 10_000)],
    ['AT+QICLOSE=11,3', commands.close(11, 2001)],
    ['AT+QISTATE?', commands.querySockets()],
    ['AT+QISTATE=1,0', commands.querySocket(0)],
    ['AT+QISEND=0,4', commands.send(0, 4)],
    ['AT+QISEND=2,10,"10.7.89.10",6969', commands.sendTo(2, 10, '10.7.89.10', 6969)],
    ['AT+QISENDEX=0,"3132333435"', commands.sendHex(0, Buffer.from('12345'))],
    ['AT+QISENDEX=0,"00FF0D0A"', commands.sendHex(0, Uint8Array.of(0, 255, 13, 10))],
    ['AT+QISEND=0,0', commands.querySent(0)],
    ['AT+QIRD=0,1500', commands.read(0, 1500)],
    ['AT+QIRD=2', commands.readDatagram(2)],
    ['AT+QIRD=0,0', commands.queryReceived(0)],
    ['AT+QISWTMD=0,1', commands.switchMode(0, 'push')],
    ['AT+QISWTMD=0,2', commands.switchMode(0, 'transparent')],
    ['AT+QPING=1,"www.baidu.com",4,4', commands.ping(1, 'www.baidu.com', 4, 4)],
    ['AT+QNTP=1,"202.112.10.36",123,0', commands.syncTime(1, '202.112.10.36', 123, false)],
    ['AT+QNTP=1,"202.112.10.36",123,1', commands.syncTime(1, '202.112.10.36', 123, true)],
    ['AT+QIDNSCFG=1', commands.queryDnsServers(1)],
    ['AT+QIDNSCFG=1,"192.0.2.1"', commands.setDnsServers(1, ['192.0.2.1'])],
    ['AT+QIDNSCFG=1,"192.0.2.1","192.0.2.2"', commands.setDnsServers(1, ['192.0.2.1', '192.0.2.2'])],
    ['AT+QIDNSGIP=1,"www.baidu.com"', commands.resolve(1, 'www.baidu.com')],
    ['AT+QICFG="recvind"', commands.queryOption('recvind')],
    ['AT+QICFG="dataformat",0,1', commands.setOption('dataformat', [0, 1])],
    ['AT+QICFG="recv/buffersize",524288', commands.setOption('recv/buffersize', [524_288])],
    ['AT+QISDE=0', commands.echoSentData(false)],
    ['AT+QISDE=1', commands.echoSentData(true)],
    ['AT+QIGETERROR', commands.queryLastError()],
    ['AT+QURCCFG="urcport","usbat"', commands.raw('AT+QURCCFG="urcport","usbat"')],
    ['at+csq', commands.raw('at+csq')],
  ])('%s', (text, command) => {
    expect(command.text).toBe(text);
  });

  it('one query for each domain in which a module registers', () => {
    expect(commands.queryRegistration().map(({ text }) => text)).toEqual([
      'AT+CREG?',
      'AT+CGREG?',
      'AT+CEREG?',
    ]);
  });

  it('its set-up with raw payload, plain headers and no lengths in recv notices', () => {
    expect(lte.bringUp.map(({ asks, command }) => [asks?.text, command.text])).toEqual([
      [undefined, 'ATE0'],
      [undefined, 'AT+CMEE=1'],
      ['AT+QISDE?', 'AT+QISDE=0'],
      ['AT+QICFG="dataformat"', 'AT+QICFG="dataformat",0,0'],
      ['AT+QICFG="viewmode"', 'AT+QICFG="viewmode",0'],
      ['AT+QICFG="recvind"', 'AT+QICFG="recvind",0'],
      [undefined, 'AT+QICFG="qisend/timeout",3000'],
      ['AT+QICFG="udp/readmode"', 'AT+QICFG="udp/readmode",0'],
      ['AT+QICFG="udp/sendmode"', 'AT+QICFG="udp/sendmode",0'],
    ]);
  });

  it.each<[string, string, boolean | undefined]>([
    ['AT+QISDE?', '+QISDE: 0', true],
    ['AT+QISDE?', '+QISDE: 1', false],
    ['AT+QISDE?', '+QISDE: on', undefined],
    ['AT+QICFG="dataformat"', '+QICFG: "dataformat",0,0', true],
    ['AT+QICFG="dataformat"', '+QICFG: "dataformat",0,1', false],
    ['AT+QICFG="dataformat"', '+QICFG: "dataformat",0', false],
    ['AT+QICFG="viewmode"', '+QICFG: "viewmode",1', false],
    ['AT+QICFG="viewmode"', '+QICFG: "viewmode",0', true],
    ['AT+QICFG="viewmode"', 'OK', undefined],
  ])('no row whose value is there: %s answered by %s', (text, line, isSo) => {
    const asks = lte.bringUp.map((row: BringUpRow) => row.asks).find((query) => query?.text === text);
    expect(asks && parsed(asks, line)).toBe(isSo);
  });
});

describe('lte commands carry', () => {
  it.each<[string, Command, number]>([
    ['QIACT', commands.activateContext(1), 150_000],
    ['QIDEACT', commands.deactivateContext(1), 40_000],
    ['QICLOSE with its own timeout, and a margin', commands.close(0, 10_000), 11_000],
    [
      'a transparent QIOPEN, whose result is CONNECT',
      commands.open({ ...open, mode: 'transparent' }),
      150_000,
    ],
    ['any command not listed', commands.querySent(0), 60_000],
  ])('the longest response time of %s', (_, command, timeoutMs) => {
    expect(command.timeoutMs).toBe(timeoutMs);
  });

  it('what their results are', () => {
    expect(commands.send(0, 1)).toMatchObject({
      prompts: true,
      successes: ['SEND OK'],
      failures: ['SEND FAIL'],
    });
    expect(commands.sendHex(0, Uint8Array.of(1))).toMatchObject({ successes: ['SEND OK'] });
    expect(commands.open({ ...open, mode: 'transparent' }).successes).toEqual(['CONNECT']);
    expect(commands.open(open).successes).toBeUndefined();
    expect(commands.switchMode(0, 'transparent').successes).toEqual(['CONNECT']);
    expect(commands.switchMode(0, 'buffer').successes).toBeUndefined();
  });

  it('no secret in the form that is shown', () => {
    const secret = commands.configureContext({ ...context, username: 'Alice', password: 'Secret7' });
    expect(secret.redacted).toBe('AT+QICSGP=1,1,"UNINET","***","***",1');
    expect(commands.enterPin('4321').redacted).toBe('AT+CPIN="***"');
  });
});

describe('lte refuses', () => {
  it.each<[string, () => unknown]>([
    ['context id', () => commands.queryContext(0)],
    ['context id', () => commands.activateContext(17)],
    ['context id', () => commands.deactivateContext(1.5)],
    ['context id', () => commands.configureContext({ ...context, id: Number.NaN })],
    ['context id', () => commands.open({ ...open, contextId: -1 })],
    ['connect id', () => commands.open({ ...open, connectId: 12 })],
    ['connect id', () => commands.querySocket(-1)],
    ['connect id', () => commands.close(Number.POSITIVE_INFINITY, 1)],
    ['close timeout', () => commands.close(0, 65_535_001)],
    ['close timeout', () => commands.close(0, -1000)],
    ['port', () => commands.open({ ...open, remotePort: 0 })],
    ['port', () => commands.open({ ...open, remotePort: 65_536 })],
    ['port', () => commands.open({ ...open, localPort: -1 })],
    ['mode', () => commands.open({ ...open, mode: 'streaming' as 'buffer' })],
    ['service', () => commands.open({ ...open, service: 'TCP","x' as 'TCP' })],
    ['host', () => commands.open({ ...open, host: '' })],
    ['host', () => commands.open({ ...open, host: 'x'.repeat(256) })],
    ['type', () => commands.configureContext({ ...context, type: 'IPv5' as 'IPv4' })],
    ['authentication', () => commands.configureContext({ ...context, authentication: 'MD5' as 'PAP' })],
    ['apn', () => commands.configureContext({ ...context, apn: 'x'.repeat(100) })],
    ['username', () => commands.configureContext({ ...context, username: 'x'.repeat(128) })],
    ['password', () => commands.configureContext({ ...context, password: 'x'.repeat(128) })],
    ['length', () => commands.send(0, 0)],
    ['length', () => commands.send(0, 1461)],
    ['length', () => commands.sendTo(0, 1461, '192.0.2.1', 1)],
    ['length', () => commands.sendHex(0, new Uint8Array(257))],
    ['length', () => commands.sendHex(0, new Uint8Array(0))],
    ['length', () => commands.read(0, 0)],
    ['length', () => commands.read(0, 1501)],
    ['timeout', () => commands.ping(1, 'a', 256, 1)],
    ['timeout', () => commands.ping(1, 'a', 0, 1)],
    ['count', () => commands.ping(1, 'a', 1, 11)],
    ['port', () => commands.syncTime(1, 'a', 0, false)],
    ['number of DNS servers', () => commands.setDnsServers(1, [])],
    ['number of DNS servers', () => commands.setDnsServers(1, ['a', 'b', 'c'])],
    ['viewmode', () => commands.setOption('viewmode', [-1])],
    ['option', () => commands.queryOption('')],
    ['pin', () => commands.enterPin('')],
    ['pin', () => commands.enterPin('123456789')],
    ['timeoutMs', () => commands.raw('AT', 0)],
    ['command', () => commands.raw('CSQ')],
    ['command', () => commands.raw('')],
    ['command', () => commands.raw(`AT${'x'.repeat(500)}`)],
  ])('a wrong %s', (argument, encode) => {
    expect(argumentOf(encode)).toBe(argument);
  });

  it.each([
    'ATQ1',
    'atq1',
    'ATV0',
    'ATS3=10',
    'ATS4=13',
    'AT+IPR=9600',
    'AT+CSQ;Q1',
    'AT+CSQ;+IPR=300',
    'AT Q1',
  ])('the raw command %s, after which nothing could be read', (text) => {
    expect(argumentOf(() => commands.raw(text))).toBe('command');
  });

  const DANGEROUS = ['\r', '\n', '\u0000', '\u001a', '\u001b', '\u007f', 'ü', '€', '\u0100'];
  it.each([...DANGEROUS, '"'].map((character) => [JSON.stringify(character), character]))(
    'the character %s in every string of every command',
    (_, character) => {
      const text = `a${character}b`;
      const places: Readonly<Record<string, () => unknown>> = {
        apn: () => commands.configureContext({ ...context, apn: text }),
        username: () => commands.configureContext({ ...context, username: text }),
        password: () => commands.configureContext({ ...context, password: text }),
        host: () => commands.open({ ...open, host: text }),
        address: () => commands.sendTo(0, 1, text, 1),
        server: () => commands.syncTime(1, text, 123, false),
        'DNS server': () => commands.setDnsServers(1, ['192.0.2.1', text]),
        option: () => commands.queryOption(text),
        pin: () => commands.enterPin(text),
      };
      for (const [argument, encode] of Object.entries(places)) expect(argumentOf(encode)).toBe(argument);
      expect(argumentOf(() => commands.ping(1, text, 1, 1))).toBe('host');
      expect(argumentOf(() => commands.resolve(1, text))).toBe('host');
      if (character !== '"') expect(argumentOf(() => commands.raw(`AT${text}`))).toBe('command');
    },
  );
});

describe('no string opens a second command (invariant 14)', () => {
  const anyText = fc.oneof(
    fc.string({ maxLength: 140 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc
      .array(fc.constantFrom('a', '"', ',', '\r', '\n', 'AT+CFUN=0', '\0', ';', 'é', '\u001a'), {
        maxLength: 6,
      })
      .map((parts) => parts.join('')),
  );
  const encoders: readonly [string, (text: string) => Command][] = [
    ['apn', (text) => commands.configureContext({ ...context, apn: text })],
    ['username', (text) => commands.configureContext({ ...context, username: text })],
    ['password', (text) => commands.configureContext({ ...context, password: text })],
    ['host', (text) => commands.open({ ...open, host: text })],
    ['service', (text) => commands.open({ ...open, service: text as 'TCP' })],
    ['address', (text) => commands.sendTo(0, 1, text, 1)],
    ['pin', (text) => commands.enterPin(text)],
    ['ping', (text) => commands.ping(1, text, 1, 1)],
    ['server', (text) => commands.syncTime(1, text, 123, false)],
    ['DNS server', (text) => commands.setDnsServers(1, [text])],
    ['resolve', (text) => commands.resolve(1, text)],
    ['option', (text) => commands.queryOption(text)],
  ];

  it.each(encoders)('whether as %s', (_, encode) => {
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
        expect(written.split('"').length % 2).toBe(1);
        // Behind every closing quotation mark comes a comma or the end: nothing of the string is outside.
        expect(written.replaceAll(/"[^"]*"/g, '')).toMatch(/^AT\+[A-Z]+=[0-9,]*$/);
      }),
      { numRuns: 200 },
    );
  });

  it('or as a raw command', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, prefixed) => {
        let written: string;
        try {
          written = commands.raw(prefixed ? `AT${text}` : text).text;
        } catch (error) {
          expect(isModemError(error, 'INVALID_ARGUMENT')).toBe(true);
          return;
        }
        expect(written).toMatch(/^AT[\u0020-\u007e]*$/i);
      }),
      { numRuns: 500 },
    );
  });
});

describe('lte understands', () => {
  it('the parameters of a context', () => {
    expect(parsed(commands.queryContext(1), '+QICSGP: 1,"UNINET","","",1')).toEqual({
      type: 'IPv4',
      apn: 'UNINET',
      username: '',
      password: '',
      authentication: 'PAP',
    });
    expect(parsed(commands.queryContext(1), '+QICSGP: 3,"","u","p",0')).toMatchObject({
      type: 'IPv4v6',
      username: 'u',
      password: 'p',
      authentication: 'none',
    });
    expect(parsed(commands.queryContext(1), '+QICSGP: 9,"","","",0')).toBeUndefined();
    expect(parsed(commands.queryContext(1))).toBeUndefined();
  });

  it('the list of contexts, with no, one or two addresses', () => {
    expect(
      parsed(
        commands.queryContexts(),
        '+QIACT: 1,1,1,"10.7.157.1"',
        '+QIACT: 2,1,3,"10.7.157.2","2001:db8::1"',
        '+QIACT: 3,0,1',
      ),
    ).toEqual([
      { id: 1, active: true, addresses: ['10.7.157.1'] },
      { id: 2, active: true, addresses: ['10.7.157.2', '2001:db8::1'] },
      { id: 3, active: false, addresses: [] },
    ]);
    expect(parsed(commands.queryContexts())).toEqual([]);
    expect(parsed(commands.queryContexts(), '+QIACT: 1,1,1,"10.7.157.1"', '+QIACT: x')).toBeUndefined();
  });

  it('the state of sockets', () => {
    expect(
      parsed(commands.querySocket(0), '+QISTATE: 0,"TCP","220.180.239.201",8009,65514,2,1,0,0,"usbmodem"'),
    ).toEqual([
      {
        connectId: 0,
        serviceType: 'TCP',
        remoteAddress: '220.180.239.201',
        remotePort: 8009,
        localPort: 65_514,
        state: 'connected',
        contextId: 1,
        accessMode: 0,
        modulePort: 'usbmodem',
      },
    ]);
    expect(
      parsed(commands.querySockets(), '+QISTATE: 2,"UDP SERVICE","10.7.157.1",0,3030,2,1,2,0,"usbmodem"'),
    ).toMatchObject([{ connectId: 2, serviceType: 'UDP SERVICE', state: 'connected', remotePort: 0 }]);
    expect(parsed(commands.querySocket(5))).toEqual([]); // an id that was never opened: a bare OK
    expect(parsed(commands.querySockets(), '+QISTATE: 0,"TCP"')).toBeUndefined();
  });

  it('the counters of both directions', () => {
    expect(parsed(commands.querySent(0), '+QISEND: 14,9,5')).toEqual({
      sentBytes: 14,
      acknowledgedBytes: 9,
      unacknowledgedBytes: 5,
    });
    expect(parsed(commands.querySent(0), '+QISEND: 14,9')).toBeUndefined();
    expect(parsed(commands.queryReceived(0), '+QIRD: 10,6,4')).toEqual({
      receivedBytes: 10,
      readBytes: 6,
      unreadBytes: 4,
    });
    expect(parsed(commands.queryReceived(0), '+QIRD: 10')).toBeUndefined();
  });

  it('the header of a read, and that of a datagram', () => {
    expect(parsed(commands.read(0, 1500), '+QIRD: 5')).toBe(5);
    expect(parsed(commands.readDatagram(2), '+QIRD: 4,"10.7.76.34",7687')).toEqual({
      lengthBytes: 4,
      address: '10.7.76.34',
      port: 7687,
    });
    expect(parsed(commands.readDatagram(2), '+QIRD: 0')).toEqual({
      lengthBytes: 0,
      address: undefined,
      port: undefined,
    });
    expect(parsed(commands.readDatagram(2))).toBeUndefined();
  });

  it('the last error, with commas and blanks in its text', () => {
    expect(parsed(commands.queryLastError(), '+QIGETERROR: 552, invalid parameters')).toEqual({
      error: 552,
      text: 'invalid parameters',
    });
    expect(parsed(commands.queryLastError(), '+QIGETERROR: 0, operate, success')).toEqual({
      error: 0,
      text: 'operate,success',
    });
    expect(parsed(commands.queryLastError())).toBeUndefined();
  });

  it('options and name servers', () => {
    expect(parsed(commands.queryOption('dataformat'), '+QICFG: "dataformat",0,1')).toEqual([0, 1]);
    expect(parsed(commands.queryDnsServers(1), '+QIDNSCFG: 1,"192.0.2.1","192.0.2.2"')).toEqual([
      '192.0.2.1',
      '192.0.2.2',
    ]);
  });

  it.each([
    ['+CPIN: READY', 'ready'],
    ['+CPIN: SIM PIN', 'pin'],
    ['+CPIN: SIM PUK', 'puk'],
    ['+CPIN: SIM PIN2', 'SIM PIN2'],
  ])('%s as the SIM being %s', (line, status) => {
    expect(parsed(commands.querySim(), line)).toBe(status);
  });

  it('registration answers with and without cell data, and no unsolicited form in their place', () => {
    const [circuit, packet, eps] = commands.queryRegistration();
    expect(circuit && parsed(circuit, '+CREG: 0,1')).toEqual({ domain: 'circuit', state: 1 });
    expect(packet && parsed(packet, '+CGREG: 2,5,"1A2B","01C3D4E5",7')).toEqual({
      domain: 'packet',
      state: 5,
    });
    expect(eps && parsed(eps, '+CEREG: 3', '+CEREG: 0,2')).toEqual({ domain: 'eps', state: 2 });
    expect(eps && parsed(eps, '+CEREG: 5')).toBeUndefined();
  });

  it('signal, attachment and identification', () => {
    expect(parsed(commands.querySignal(), '+CSQ: 20,99')).toEqual({ rssi: 20, bitErrorRate: 99 });
    expect(parsed(commands.queryAttached(), '+CGATT: 1')).toBe(true);
    expect(parsed(commands.queryAttached(), '+CGATT: 0')).toBe(false);
    expect(parsed(commands.queryAttached())).toBeUndefined();
    expect(parsed(commands.identify(), 'Quectel', 'EC25', 'Revision: EC25EFAR06A03M4G')).toEqual([
      'Quectel',
      'EC25',
      'Revision: EC25EFAR06A03M4G',
    ]);
  });

  it('everything that a raw command is answered', () => {
    const answer = parsed(commands.raw('AT+QURCCFG="urcport"'), '+QURCCFG: "urcport","usbat"', 'free text');
    expect(answer?.lines.map((line) => [line.prefix, line.text])).toEqual([
      ['+QURCCFG', '"urcport","usbat"'],
      [null, 'free text'],
    ]);
  });

  it('never more than the lines say: any fields give a value or undefined, and no exception', () => {
    const field = fc.oneof(fc.integer(), fc.string({ maxLength: 12 }));
    const queries: readonly Command[] = [
      commands.queryContexts(),
      commands.queryContext(1),
      commands.querySockets(),
      commands.querySent(0),
      commands.queryReceived(0),
      commands.readDatagram(0),
      commands.queryLastError(),
      commands.querySim(),
      commands.querySignal(),
      commands.queryAttached(),
      commands.queryOption('x'),
      commands.queryDnsServers(1),
      ...commands.queryRegistration(),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...queries),
        fc.array(fc.array(field, { maxLength: 11 }), { maxLength: 3 }),
        (command, rows) => {
          const prefix = /^AT(\+[A-Z]+)/.exec(command.text)?.[1] ?? null;
          const lines = rows.map((fields) => ({ prefix, text: fields.join(','), fields }));
          expect(() => command.parse?.({ lines, payload: [], result: 'OK' })).not.toThrow();
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('dialects by name', () => {
  it('give lte, and refuse what is none or none yet', () => {
    expect(dialectOf('lte')).toBe(lte);
    for (const name of ['LTE', 'nr', '', 'toString', '__proto__']) {
      expect(argumentOf(() => dialectOf(name))).toBe('dialect');
    }
  });
});
