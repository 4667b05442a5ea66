/** Invariant 14: whatever `createModem` and the makers of ports, stores and resets are given, they take it or say what is wrong. */
import fc from 'fast-check';
import {
  atReset,
  commandReset,
  createModem,
  fileStore,
  lineReset,
  type ModemOptions,
  memoryPortPair,
  memoryStore,
  parseCommandLine,
  powerDownReset,
  scaledClock,
  serialPort,
  simulatedPort,
  softThenHard,
  tcpPort,
} from '../../index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { contextsOf, DIALECTS } from './canaries.ts';
import { hostileOptions, hostileValue, type Recipe, refusedOrDone } from './hostile-values.ts';

const OPTIONS = {
  top: 'port dialect contexts module pin store power recovery referenceHost urcPort clock logger meter queueLimit other'.split(
    ' ',
  ),
  context: 'id apn type username password authentication savesCredentialsForCdma sharing other'.split(' '),
  module:
    'transparentPacketBytes transparentWaitMs tcpRetransmissions dnsCache sendInputTimeoutMs passiveClose tcpKeepalive udpReadMode sleep other'.split(
      ' ',
    ),
  recovery: 'preset ladderMs openTimeoutMs sendTries startProbes pulseMs other'.split(' '),
};

describe.each(DIALECTS)('no option of createModem writes or throws anything of its own, on %s', (dialect) => {
  const { host, far } = memoryPortPair();
  const written: Uint8Array[] = [];
  far.bytes$.subscribe((bytes) => written.push(bytes));
  const good = {
    port: host,
    dialect,
    contexts: contextsOf(dialect),
    clock: new VirtualClock(),
  };
  const nested = (name: string, inner: fc.Arbitrary<Recipe>): fc.Arbitrary<Recipe> =>
    inner.map((make) => () => ({ ...good, [name]: make() }));
  const given = fc.oneof(
    { weight: 3, arbitrary: hostileOptions(OPTIONS.top, good) },
    {
      weight: 3,
      arbitrary: nested(
        'contexts',
        hostileOptions(OPTIONS.context, { apn: 'a' }).map((make) => () => [make()]),
      ),
    },
    { weight: 2, arbitrary: nested('module', hostileOptions(OPTIONS.module, {})) },
    { weight: 2, arbitrary: nested('recovery', hostileOptions(OPTIONS.recovery, {})) },
    hostileValue,
  );

  it('wherever it stands', async () => {
    const property = fc.asyncProperty(given, async (make) => {
      const modem = await refusedOrDone(() => createModem(make() as ModemOptions));
      await modem?.stop();
      expect(written).toEqual([]);
    });
    await fc.assert(property, { numRuns: 400 });
  });
});

describe('the makers of parts', () => {
  const anyOf = (names: string, good: object): fc.Arbitrary<Recipe> =>
    fc.oneof({ weight: 4, arbitrary: hostileOptions(names.split(' '), good) }, hostileValue);
  const hard = lineReset({ line: 'dtr', pulseMs: 300 });
  type Row = readonly [name: string, given: fc.Arbitrary<Recipe>, make: (given: never) => unknown];
  const rows: readonly Row[] = [
    ['serialPort', anyOf('path baudRate rtscts clock other', { path: '/dev/x' }), serialPort],
    [
      'serialPort by USB',
      hostileOptions(['vendorId', 'productId', 'interfaceNumber', 'serialNumber'], {
        vendorId: '2c7c',
        productId: '0125',
      }),
      (path) => serialPort({ path }),
    ],
    ['tcpPort', anyOf('host port connectTimeoutMs clock other', { host: 'a', port: 1 }), tcpPort],
    ['simulatedPort', anyOf('dialect clock', { dialect: 'lte' }), simulatedPort],
    ['fileStore', hostileValue, fileStore],
    ['memoryStore', hostileValue, memoryStore],
    ['commandReset', anyOf('command timeoutMs clock other', { command: ['/bin/true'] }), commandReset],
    [
      'lineReset',
      anyOf('line pulseMs pulses pauseMs activeLevel clock', { line: 'dtr', pulseMs: 1 }),
      lineReset,
    ],
    ['softThenHard', hostileValue, (soft) => softThenHard(soft, hard)],
    ['softThenHard, hard', hostileValue, (one) => softThenHard(atReset(), one)],
    [
      'softThenHard, options',
      anyOf('softResets other', {}),
      (options) => softThenHard(atReset(), hard, options),
    ],
    ['powerDownReset', anyOf('on offMs clock other', { on: hard }), powerDownReset],
    ['parseCommandLine', hostileValue, parseCommandLine],
    ['scaledClock', hostileValue, scaledClock],
  ];

  it.each(rows)('%s takes what is right, and says what is wrong', async (_, given, make) => {
    const property = fc.asyncProperty(given, (recipe) => refusedOrDone(() => void make(recipe() as never)));
    await fc.assert(property, { numRuns: 300 });
  });
});
