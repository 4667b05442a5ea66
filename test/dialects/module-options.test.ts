import type { Dialect } from '../../adapters/dialects/dialect.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { rg } from '../../adapters/dialects/rg.ts';
import { ugxx } from '../../adapters/dialects/ugxx.ts';
import { withModuleOptions } from '../../adapters/modem/module-options.ts';
import { refusal } from './answers.ts';

type Row = readonly [name: string, value: unknown, written: string];

const shared: readonly Row[] = [
  ['transparentPacketBytes', 1460, '"transpktsize",1460'],
  ['transparentWaitMs', 0, '"transwaittm",0'],
  ['transparentWaitMs', 300, '"transwaittm",3'],
  ['tcpRetransmissions', { most: 3, longestIntervalMs: 100_000 }, '"tcp/retranscfg",3,1000'],
  ['dnsCache', 1, '"dns/cache",1'],
  ['sendInputTimeoutMs', 3600, '"qisend/timeout",3600'],
  ['passiveClose', true, '"passiveclosed",1'],
  ['acceptsIncoming', false, '"tcp/accept",0'],
  ['tcpKeepalive', false, '"tcp/keepalive",0'],
];
const ofLte: readonly Row[] = [
  ...shared,
  ['tcpKeepalive', { idleMinutes: 120, intervalS: 25, probes: 3 }, '"tcp/keepalive",1,120,25,3'],
  ['receiveBufferBytes', 524_288, '"recv/buffersize",524288'],
  ['udpReadMode', 'stream', '"udp/readmode",1'],
  ['udpSendMode', 'datagrams', '"udp/sendmode",0'],
];
const ofRg: readonly Row[] = [
  ...shared,
  ['tcpKeepalive', { probes: 10, idleS: 1800, intervalS: 100 }, '"tcp/keepalive",1,1800,100,10'],
  ['closeNotice', true, '"close/mode",1'],
];

const sharedWrong: readonly (readonly [name: string, value: unknown, argument?: string])[] = [
  ['transparentPacketBytes', 0],
  ['transparentPacketBytes', 1461],
  ['transparentPacketBytes', '100'],
  ['transparentWaitMs', 250],
  ['transparentWaitMs', 2100],
  ['tcpRetransmissions', { most: 2, longestIntervalMs: 500 }, 'tcpRetransmissions.most'],
  ['tcpRetransmissions', { most: 3, longestIntervalMs: 400 }, 'tcpRetransmissions.longestIntervalMs'],
  ['tcpRetransmissions', { most: 3 }, 'tcpRetransmissions.longestIntervalMs'],
  ['tcpRetransmissions', { most: 3, longestIntervalMs: 500, least: 1 }],
  ['tcpRetransmissions', null],
  ['dnsCache', 2],
  ['dnsCache', true],
  ['sendInputTimeoutMs', 0],
  ['sendInputTimeoutMs', 3601],
  ['passiveClose', 1],
  ['tcpKeepalive', true],
];

describe.each<[string, Dialect, readonly Row[], typeof sharedWrong]>([
  ['lte', lte, ofLte, [...sharedWrong, ['udpReadMode', 'block'], ['receiveBufferBytes', 1024]]],
  ['ugxx', ugxx, ofLte, [...sharedWrong, ['udpSendMode', 0]]],
  [
    'rg',
    rg,
    ofRg,
    [...sharedWrong, ['tcpKeepalive', { idleS: 0, intervalS: 25, probes: 3 }, 'tcpKeepalive.idleS']],
  ],
])('the options of modules that speak %s', (_, dialect, rows, wrong) => {
  it.each(rows)('write %s, %j as the manual has it', (name, value, written) => {
    const last = withModuleOptions(dialect, { [name]: value }).bringUp.at(-1);
    expect(last?.command.text).toBe(`AT+QICFG=${written}`);
    expect(last).toMatchObject({ required: false, option: name });
  });

  const named = wrong.map(([name, value, argument = name]) => [name, value, argument] as const);
  it.each(named)('refuse %s, %j and name %s', (name, value, argument) => {
    const error = refusal(() => withModuleOptions(dialect, { [name]: value }));
    expect(error?.details.argument).toBe(`module.${argument}`);
  });

  it.each(['viewmode', 'dataformat', 'recvind', 'sendinfo', 'formatcfg', 'toString', '__proto__x'])(
    'have none called %s: it would break reading, or is none',
    (name) => {
      const error = refusal(() => withModuleOptions(dialect, { [name]: 0 }));
      expect(error?.details.argument).toBe(`module.${name}`);
      expect(error?.message).toContain(`must be one of ${Object.keys(dialect.moduleOptions).join(', ')}`);
    },
  );

  it('come behind the set-up, and leave it as it is otherwise', () => {
    const { bringUp } = withModuleOptions(dialect, { passiveClose: true });
    expect(bringUp.slice(0, -1)).toEqual(dialect.bringUp);
    expect(withModuleOptions(dialect, {})).toBe(dialect);
    expect(withModuleOptions(dialect, { passiveClose: undefined })).toBe(dialect);
  });

  it('take the place of the set-up for the same thing', () => {
    const changed = withModuleOptions(dialect, { sendInputTimeoutMs: 500 });
    const writes = changed.bringUp.filter(({ sets }) => sets === 'qisend/timeout');
    expect(writes.map(({ command }) => command.text)).toEqual(['AT+QICFG="qisend/timeout",500']);
    expect(changed.limits.sendInputTimeoutMs).toBe(500);
  });

  it('must be an object', () => {
    for (const value of [null, 1, 'x', []]) {
      expect(refusal(() => withModuleOptions(dialect, value))?.details.argument).toBe('module');
    }
  });
});

describe('the options of one dialect', () => {
  it.each<[Dialect, string]>([
    [lte, 'closeNotice'],
    [rg, 'receiveBufferBytes'],
    [rg, 'udpReadMode'],
  ])('are none of another', (dialect, name) => {
    expect(refusal(() => withModuleOptions(dialect, { [name]: true }))?.message).toMatch(
      new RegExp(`^module\\.${name} is no option of ${dialect.name}: it must be one of `),
    );
  });
});
