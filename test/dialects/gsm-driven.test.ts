import type { OpenParameters } from '../../adapters/dialects/dialect.ts';
import { gsmConnections, idOf, placeOf } from '../../adapters/dialects/gsm/places.ts';
import { gsm } from '../../adapters/dialects/gsm.ts';
import { linesOf, parsed } from './answers.ts';

const { commands } = gsm;
const access = { apn: 'CMNET', username: '', password: '', type: 'IPv4', authentication: 'none' } as const;
const open: OpenParameters = {
  ...{ contextId: 0, connectId: 2, service: 'TCP', host: '124.79.167.121', remotePort: 7007 },
  ...{ localPort: 0, mode: 'buffer' },
};

describe('an id of gsm', () => {
  it.each([
    [3, { contextId: 0, role: 'client', connection: 3 }],
    [13, { contextId: 0, role: 'server', connection: 3 }],
    [25, { contextId: 1, role: 'client', connection: 5 }],
    [38, { contextId: 1, role: 'server', connection: 'only' }],
    [8, { contextId: 0, role: 'client', connection: 'only' }],
    [19, { contextId: 0, role: 'server', connection: 'server' }],
  ] as const)('%i says which connection is meant', (id, place) => {
    expect([placeOf(id), idOf(place)]).toEqual([place, id]);
  });

  it('is one of six, the only one, or that of the server, by how the context is shared', () => {
    const { idsFor } = gsmConnections;
    expect(idsFor({ contextId: 0, service: 'TCP' })).toEqual([0, 1, 2, 3, 4, 5]);
    expect(idsFor({ contextId: 1, service: 'UDP', sharing: 'multiple' })).toEqual([25, 24, 23, 22, 21, 20]);
    expect(idsFor({ contextId: 1, service: 'TCP', sharing: 'single' })).toEqual([28]);
    expect(idsFor({ contextId: 0, service: 'TCP', sharing: 'transparent' })).toEqual([8]);
    expect(idsFor({ contextId: 0, service: 'TCP LISTENER', sharing: 'multiple' })).toEqual([19]);
  });

  it('is not known by a notice for sure: that names an index, or none', () => {
    expect(gsmConnections.namedBy(2)).toEqual([2, 12, 22, 32]);
    expect(gsmConnections.namedBy(undefined)).toEqual([8, 18, 28, 38]);
    expect(gsmConnections.bufferedAs?.(1, 2, 0)).toEqual([30, 38]);
    expect(gsmConnections.acceptedAs?.(19, 4)).toBe(14);
    expect(gsmConnections.acceptedAs?.(39, undefined)).toBe(38);
  });
});

describe('gsm, driven, writes', () => {
  it.each([
    ['multiple', ['AT+QIMODE=0', 'AT+QIMUX=1', 'AT+QIHEAD=0']],
    ['single', ['AT+QIMODE=0', 'AT+QIMUX=0', 'AT+QIHEAD=1']],
    ['transparent', ['AT+QIMUX=0', 'AT+QIMODE=1', 'AT+QITCFG=3,2,1024,1']],
  ] as const)(
    'what lets the connections of a context share it as %s in front of its access point',
    (sharing, lines) => {
      expect(linesOf(commands.configureContext({ ...access, id: 1, sharing }))).toEqual([
        'AT+QIFGCNT=1',
        ...lines,
        'AT+QISHOWPT=0',
        'AT+QICSGP=1,"CMNET"',
      ]);
    },
  );

  it('the steps of an activation up to the address (gsm §3), and a query that only asks for it', () => {
    const steps = ['AT+QIFGCNT=0', 'AT+QIREGAPP', 'AT+QIACT', 'AT+QILOCIP'];
    expect(linesOf(commands.activateContext(0))).toEqual(steps);
    expect(linesOf(commands.queryContexts(1))).toEqual(['AT+QIFGCNT=1', 'AT+QILOCIP']);
    expect(linesOf(commands.deactivateContext(1))).toEqual(['AT+QIFGCNT=1', 'AT+QIDEACT']);
  });

  it.each<[string, Partial<OpenParameters>, readonly string[]]>([
    ['an address', {}, ['AT+QIDNSIP=0', 'AT+QIOPEN=2,"TCP","124.79.167.121",7007']],
    ['a name', { host: 'a.example' }, ['AT+QIDNSIP=1', 'AT+QIOPEN=2,"TCP","a.example",7007']],
    [
      'the only connection',
      { connectId: 8, service: 'UDP' },
      ['AT+QIDNSIP=0', 'AT+QIOPEN="UDP","124.79.167.121",7007'],
    ],
  ])('an open to %s', (_, change, lines) => {
    const before = ['AT+QIFGCNT=0', 'AT+QISRVC=1', 'AT+QINDI=1'];
    expect(linesOf(commands.open({ ...open, ...change }))).toEqual([...before, ...lines]);
    const pushed = linesOf(commands.open({ ...open, ...change, mode: 'push' }));
    expect(pushed).toContain('AT+QINDI=0');
  });

  it('a server behind the choice of its port, and insists on that port', () => {
    const listening = commands.open({ ...open, connectId: 19, service: 'TCP LISTENER', localPort: 4000 });
    expect(linesOf(listening)).toEqual([
      'AT+QIFGCNT=0',
      'AT+QINDI=1',
      'AT+QILPORT="TCP",4000',
      'AT+QILPORT?',
      'AT+QISERVER=0,5',
    ]);
    const ports = listening.before?.find(({ command }) => command.text === 'AT+QILPORT?')?.command;
    expect(ports && parsed(ports, ['TCP: 4000', 'UDP: 3030'])).toEqual({ tcp: 4000, udp: 3030 });
    expect(ports && parsed(ports, ['TCP: 2020', 'UDP: 3030'])).toBeUndefined();
  });

  it.each([
    [4, ['AT+QIFGCNT=0', 'AT+QISRVC=1'], 'AT+QISEND=4,9', 'AT+QISACK=4', 'AT+QICLOSE=4', 'AT+QIRD=0,1,4,9'],
    [38, ['AT+QIFGCNT=1', 'AT+QISRVC=2'], 'AT+QISEND=9', 'AT+QISACK', 'AT+QICLOSE', 'AT+QIRD=1,2,0,9'],
  ] as const)('about the connection %i in its context and role', (id, before, send, count, close, read) => {
    expect(linesOf(commands.send(id, 9))).toEqual([...before, send]);
    expect(linesOf(commands.querySent(id))).toEqual([...before, count]);
    expect(linesOf(commands.close(id, 10_000))).toEqual([...before, close]);
    expect(linesOf(commands.read(id, 9))).toEqual([read]);
  });

  it('the length in front of pushed data where another context needs it', () => {
    const lines = linesOf(commands.configureContext({ ...access, id: 0, showsLength: true }));
    expect(lines).toContain('AT+QIHEAD=1');
  });
});

describe('gsm, driven, understands', () => {
  it('an address as an active context, and a refusal as one that is not', () => {
    const query = commands.queryContexts(1);
    expect(parsed(query, [], '10.79.142.227')).toEqual([
      { id: 1, active: true, addresses: ['10.79.142.227'] },
    ]);
    expect(parsed(query, [], 'ERROR')).toEqual([]);
    expect(query.successes).toContain('ERROR');
  });

  it.each([
    [8, 'STATE: CONNECT OK', 'connected'],
    [8, 'STATE: TCP CONNECTING', 'opening'],
    [8, 'STATE: IP CLOSE', 'closing'],
    [8, 'STATE: PDP DEACT', 'closing'],
    [19, 'S: LISTENNING', 'listening'],
  ])('of connection %i "%s" as %s', (id, line, state) => {
    expect(parsed(commands.querySocket(id), [line])).toMatchObject([{ connectId: id, state }]);
  });

  it.each([
    ['+QISTATE: 2,"TCP","124.79.167.121",7007,"CONNECTED"', 'connected'],
    ['+QISTATE: 2,"","",,"INITIAL"', 'closing'],
  ])('the row of an index: %s', (line, state) => {
    const lines = ['STATE: IP PROCESSING', line];
    expect(parsed(commands.querySocket(2), lines)).toMatchObject([{ connectId: 2, state }]);
    expect(parsed(commands.querySocket(3), lines)).toBeUndefined();
  });
});
