import { createModem, type DialectName, type ModemOptions, memoryPortPair } from '../../index.ts';
import { refusal } from '../dialects/answers.ts';
import { dismantle, rig } from './rig.ts';
import { dismantleScripted, scriptedModule } from './scripted-module.ts';

const options = ({ trace }: { readonly trace: readonly string[] }): string[] =>
  trace.filter((line) => /QICFG="[^"]*",/.test(line)).map((line) => line.replace(/^\d+ tx /, ''));

describe('options of the module', () => {
  it('are set at each start, also after a reboot, and the module has them', async () => {
    const r = rig({
      module: {
        transparentPacketBytes: 512,
        tcpKeepalive: { idleMinutes: 5, intervalS: 30, probes: 4 },
        sendInputTimeoutMs: 1500,
        udpReadMode: 'stream',
      },
    });
    await r.clock.runUntil(r.modem.start());
    const wanted = [
      'AT+QICFG="transpktsize",512',
      'AT+QICFG="tcp/keepalive",1,5,30,4',
      'AT+QICFG="qisend/timeout",1500',
      'AT+QICFG="udp/readmode",1',
    ];
    expect(options(r)).toEqual(wanted);
    r.trace.length = 0;
    r.module.inject({ kind: 'reboot' });
    await r.clock.advance(30_000);
    expect([r.modem.status.state, options(r)]).toEqual(['online', wanted]);
    const answer = await r.clock.runUntil(r.modem.execute('AT+QICFG="tcp/keepalive"'));
    expect(answer.lines.map(({ text }) => text)).toEqual(['"tcp/keepalive",1,5,30,4']);
    await dismantle(r);
  });

  it('that the module refuses are told, by name and with the reason, and the modem goes on', async () => {
    const logged: string[] = [];
    const log = (fields: object, message: string): void =>
      void logged.push(`${message} ${JSON.stringify(fields)}`);
    const one = scriptedModule(
      {
        dialect: 'ugxx',
        module: { receiveBufferBytes: 20_480, dnsCache: 0, passiveClose: true },
        logger: { info: log, warn: log, error: log },
      },
      { 'AT+QICFG="recv/buffersize",20480': ['ERROR'], 'AT+QICFG="dns/cache",0': ['+CME ERROR: 4'] },
    );
    await one.clock.runUntil(one.modem.start());
    const told = [
      'option refused: receiveBufferBytes: AT+QICFG="recv/buffersize",20480: 552',
      'option refused: dnsCache: AT+QICFG="dns/cache",0: 4',
    ];
    expect(one.steps).toEqual([...told, 'online']);
    expect(logged.join('\n')).toContain('option refused');
    expect(one.options.get('passiveclosed')).toBe('1');
    await dismantleScripted(one);
  });
});

describe('a module of rg that confirms closes', () => {
  it('does not have a new socket fail for the notice of the old one', async () => {
    const one = scriptedModule(
      { dialect: 'rg', module: { closeNotice: true } },
      {
        'AT+QIOPEN=1,0,"TCP","10.1.1.1",7000,0,0': ['OK', '+QIOPEN: 0,0'],
        'AT+QISEND=0,0': ['+QISEND: 0,0,0', 'OK'],
        'AT+QIRD=0,1500': ['+QIRD: 0', 'OK'],
        'AT+QICLOSE=0,10': ['OK'],
      },
    );
    await one.clock.runUntil(one.modem.start());
    const connect = () => one.modem.connect({ host: '10.1.1.1', port: 7000 });
    const first = await one.clock.runUntil(connect());
    one.answer('AT+QIOPEN=1,0,"TCP","10.1.1.1",7000,0,0', ['OK']);
    const second = connect().catch((error: Error) => error);
    await one.clock.advance(0);
    first.destroy();
    await one.clock.advance(0);
    await one.say('+QIURC: "closed",1');
    const third = connect();
    await one.clock.advance(0);
    await one.say('+QIURC: "closed",0'); // of the first one
    await one.say('+QIOPEN: 0,0');
    expect((await one.clock.runUntil(third)).destroyed).toBe(false);
    await one.clock.runUntil(one.modem.stop());
    await second;
  });
});

describe('the types of createModem', () => {
  const { host: port } = memoryPortPair();
  const refused = (make: () => unknown): string | undefined => refusal(make)?.details.argument;

  it('take the options of the dialect that is named, and no other', () => {
    createModem({ port, dialect: 'lte', module: { udpReadMode: 'stream', tcpKeepalive: false } });
    createModem({ port, dialect: 'rg', module: { closeNotice: true } });
    createModem({ port, dialect: 'lte', contexts: [{ apn: 'a', savesCredentialsForCdma: true }] });
    // @ts-expect-error of rg alone
    expect(refused(() => createModem({ port, dialect: 'lte', module: { closeNotice: true } }))).toBe(
      'module.closeNotice',
    );
    // @ts-expect-error of lte and ugxx alone
    expect(refused(() => createModem({ port, dialect: 'rg', module: { udpReadMode: 'stream' } }))).toBe(
      'module.udpReadMode',
    );
    const inSeconds = { idleS: 60, intervalS: 25, probes: 3 };
    // @ts-expect-error minutes on lte
    expect(refused(() => createModem({ port, dialect: 'lte', module: { tcpKeepalive: inSeconds } }))).toBe(
      'module.tcpKeepalive',
    );
    // @ts-expect-error it would break reading
    expect(refused(() => createModem({ port, dialect: 'rg', module: { sendinfo: 1 } }))).toBe(
      'module.sendinfo',
    );
    const contexts = [{ apn: 'a', savesCredentialsForCdma: true }];
    expect(refused(() => createModem({ port, dialect: 'ugxx', contexts }))).toBe('savesCredentialsForCdma');
    const onRg = () =>
      // @ts-expect-error no option of a context on rg
      createModem({ port, dialect: 'rg', contexts: [{ apn: 'a', savesCredentialsForCdma: true }] });
    expect(refused(onRg)).toBe('savesCredentialsForCdma');
  });
});

describe.each<[DialectName, number, number, readonly string[]]>([
  ['lte', 16, 3, ['IPv4', 'IPv6', 'IPv4v6']],
  ['ugxx', 20, 3, ['IPv4']],
  ['rg', 5, 5, ['IPv4', 'IPv6', 'IPv4v6']],
])('the contexts of %s', (dialect, highestId, mostActive, types) => {
  const made = (contexts: ModemOptions['contexts'] & {}) => {
    const { host, far } = memoryPortPair();
    const written: Uint8Array[] = [];
    far.bytes$.subscribe((bytes) => written.push(bytes));
    const error = refusal(() => createModem({ port: host, dialect, contexts }));
    expect(written).toEqual([]);
    return error?.details.argument;
  };

  it('have ids, types and a number that are checked before anything is written', () => {
    expect([1, highestId].map((id) => made([{ id, apn: 'a' }]))).toEqual([undefined, undefined]);
    expect([0, highestId + 1].map((id) => made([{ id, apn: 'a' }]))).toEqual(['context id', 'context id']);
    const known = (['IPv4', 'IPv6', 'IPv4v6'] as const).filter(
      (type) => made([{ apn: 'a', type }]) === undefined,
    );
    expect(known).toEqual(types);
    const several = (count: number) => Array.from({ length: count }, (_, at) => ({ id: at + 1, apn: 'a' }));
    expect([made(several(mostActive)), made(several(mostActive + 1))]).toEqual([
      undefined,
      mostActive < highestId ? 'contexts' : 'context id',
    ]);
    expect(
      made([
        { id: 1, apn: 'a' },
        { id: 1, apn: 'b' },
      ]),
    ).toBe('contexts');
    expect(made([{ apn: 'a', ...{ user: 'x' } }])).toBe('user');
  });
});

describe('a context on lte', () => {
  it('keeps its access for CDMA networks where that is wanted', async () => {
    const contexts = [{ apn: 'internet', username: 'u', password: 'p', savesCredentialsForCdma: true }];
    const one = scriptedModule({ contexts });
    await one.clock.runUntil(one.modem.start());
    expect(one.take()).toContain('AT+QICSGP=1,1,"internet","u","p",2,1');
    await dismantleScripted(one);
  });
});
