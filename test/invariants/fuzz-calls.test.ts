/** Invariant 14: no argument of any call puts a byte on the wire that nobody meant. */
import fc from 'fast-check';
import { createModem, type Modem } from '../../index.ts';
import { echoPeer, memoryNetwork, VirtualModule, virtualPort } from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { contextsOf, DIALECTS } from './canaries.ts';
import { expectOurs, hostileOptions, hostileValue, type Recipe, refusedOrDone } from './hostile-values.ts';
import { tapped, unintended } from './wire-grammar.ts';

type Method =
  | 'connect'
  | 'createConnection'
  | 'connectUdp'
  | 'listen'
  | 'bindUdp'
  | 'ping'
  | 'resolve'
  | 'syncTime'
  | 'setDnsServers'
  | 'dnsServers'
  | 'execute'
  | 'query'
  | 'start'
  | 'checkConnect';

interface Call {
  readonly method: Method;
  readonly given: readonly Recipe[];
}

const TARGET = { host: '127.0.0.1', port: 7000 };
const CONNECT =
  'host port localPort mode context connectTimeoutMs interrupt urcCheckMs allowHalfOpen lingerMs highWaterMark retryS probe linkIdleMs other'.split(
    ' ',
  );
const LISTEN =
  'port mode context connectTimeoutMs maxConnections allowHalfOpen lingerMs highWaterMark probe other'.split(
    ' ',
  );
const TOOLS = 'context signal count timeoutS lengthBytes port set other'.split(' ');
const COMMAND =
  'text redacted timeoutMs prompts successes laterResults before linesAfterOk parse other'.split(' ');

const options = (names: readonly string[], good: object): fc.Arbitrary<Recipe> =>
  fc.oneof({ weight: 4, arbitrary: hostileOptions(names, good) }, hostileValue);
const call = (method: Method, ...given: fc.Arbitrary<Recipe>[]): fc.Arbitrary<Call> =>
  fc.tuple(...given).map((recipes) => ({ method, given: recipes }));
/** A right value, or any. */
const or = (value: unknown): fc.Arbitrary<Recipe> =>
  fc.oneof(
    fc.constant(() => value),
    hostileValue,
  );

const anyCall: fc.Arbitrary<Call> = fc.oneof(
  call('connect', options(CONNECT, TARGET)),
  call('createConnection', options(CONNECT, TARGET)),
  call('checkConnect', options(CONNECT, TARGET)),
  call('connectUdp', options(['host', 'port', 'localPort', 'mode', 'context', 'other'], TARGET)),
  call('listen', options(LISTEN, { port: 8000 })),
  call('bindUdp', options(['port', 'mode', 'context', 'connectTimeoutMs', 'other'], { port: 9000 })),
  call('ping', or('127.0.0.1'), options(TOOLS, {})),
  call('resolve', or('localhost'), options(TOOLS, {})),
  call('syncTime', or('127.0.0.1'), options(TOOLS, {})),
  call('setDnsServers', or('10.1.1.1'), or('10.1.1.2'), options(TOOLS, {})),
  call('dnsServers', options(TOOLS, {})),
  call('execute', or('AT+CSQ'), options(['timeoutMs', 'signal', 'urgent', 'other'], {})),
  call('query', options(COMMAND, { text: 'AT+CSQ', timeoutMs: 1_000 })),
  call('start', options(['signal', 'other'], {})),
);

/** What a call has opened is closed again: it may be anything. */
async function made(modem: Modem, { method, given }: Call): Promise<void> {
  const target: Readonly<Record<Method, (...all: never[]) => unknown>> = modem;
  const work = target[method].bind(modem) as (...all: unknown[]) => unknown;
  const result = await refusedOrDone(() => work(...given.map((recipe) => recipe())));
  if (typeof result !== 'object' || result === null) return;
  if ('on' in result && typeof result.on === 'function') result.on('error', expectOurs);
  if ('destroy' in result && typeof result.destroy === 'function') result.destroy();
  else if ('close' in result && typeof result.close === 'function') await result.close();
}

describe.each(DIALECTS)('whatever the calls of a modem are given, on %s', (dialect) => {
  it('each does it or says what is wrong, nothing else is written, and the modem goes on', async () => {
    const clock = new VirtualClock(1_000_000);
    const network = memoryNetwork(clock, { latencyMs: 5 });
    network.listen(7000, echoPeer);
    const module = new VirtualModule({ dialect, clock, network });
    const wire = tapped(virtualPort(module), (bytes) => Buffer.from(bytes).equals(Buffer.from('good')));
    const recovery = { openTimeoutMs: 20_000 };
    const modem = createModem({ port: wire.port, dialect, contexts: contextsOf(dialect), clock, recovery });
    await clock.runUntil(modem.start());
    const property = fc.asyncProperty(anyCall, async (one) => {
      await clock.runUntil(made(modem, one), 600_000);
      expect(unintended(wire.lines())).toEqual([]);
    });
    await fc.assert(property, { numRuns: 250 });
    await clock.advance(120_000);
    const socket = await clock.runUntil(modem.connect(TARGET));
    const echoed: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => echoed.push(chunk));
    socket.write('good');
    await clock.advance(5_000);
    expect(Buffer.concat(echoed).toString()).toBe('good');
    await clock.runUntil(modem.stop());
    module.dispose();
    await clock.advance(100);
    expect(clock.pendingTimers).toBe(0);
    expect(module.state.protocolViolations).toEqual([]);
  });
});
