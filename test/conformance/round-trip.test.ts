/** What is encoded, set in a virtual module and asked for again comes back as it was given. */
import fc from 'fast-check';
import type { Answer, Command, ContextParameters, InfoLine } from '../../adapters/dialects/dialect.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import type { OptionRule } from '../../adapters/dialects/qi/option-table.ts';
import { lteOptions } from '../../adapters/dialects/qi/options.ts';
import { echoPeer, memoryNetwork, VirtualModule } from '../../simulator/index.ts';
import { Reader } from '../../streams/reader.ts';
import { InstantClock } from '../support/instant-clock.ts';
import { RUNS } from './arbitraries.ts';

jest.setTimeout(120_000);

const { commands, limits } = lte;
const clock = new InstantClock();
const network = memoryNetwork(clock);
network.listen(7, echoPeer);
const device = new VirtualModule({ dialect: 'lte', clock, network, baud: 3_000_000 });

/** Longest that any of these commands takes in the virtual module. */
const COMMAND_MS = 2_000;

/** Writes a command to the module and reads what comes back; the payload follows its prompt. */
function run<T>(
  command: Command<T>,
  payload?: Buffer,
): { readonly result: string; readonly value: T | undefined; readonly payload: Buffer } {
  const lines: InfoLine[] = [];
  const slices: Uint8Array[] = [];
  let result = 'nothing';
  reader.commandStarted(command);
  onEvent = (event) => {
    if (event.kind === 'final') result = event.result;
    if (event.kind === 'info') lines.push(event.line);
    if (event.kind === 'info') slices.push(...event.payload);
    if (event.kind === 'prompt' && payload) {
      reader.payloadStarted(payload);
      device.receive(payload);
    }
  };
  device.receive(Buffer.from(`${command.text}\r`, 'latin1'));
  clock.run(COMMAND_MS);
  const answer: Answer = { lines, payload: slices, result };
  return { result, value: command.parse?.(answer), payload: Buffer.concat(slices) };
}

let onEvent: (event: Parameters<ConstructorParameters<typeof Reader>[1]>[0]) => void = () => undefined;
const reader = new Reader(lte, (event) => onEvent(event));
device.output$.subscribe((bytes) => reader.push(bytes));

/** Printable ASCII without quotation marks: what a string argument may be. */
const ascii = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      maxLength,
    })
    .map((text) => text.replaceAll('"', '').trim());

const contextParameters: fc.Arbitrary<ContextParameters> = fc.record({
  id: fc.integer({ min: limits.contextIds[0], max: limits.contextIds[1] }),
  apn: ascii(99),
  type: fc.constantFrom('IPv4', 'IPv6', 'IPv4v6'),
  username: ascii(127),
  password: ascii(127),
  authentication: fc.constantFrom('none', 'PAP', 'CHAP', 'PAP or CHAP'),
});

const option: fc.Arbitrary<readonly [string, readonly number[]]> = fc
  .constantFrom(
    ...Object.entries<OptionRule>(lteOptions).filter(([name]) => !['dataformat', 'viewmode'].includes(name)),
  )
  .chain(([name, { ranges }]) =>
    fc.tuple(fc.constant(name), fc.tuple(...ranges.map(([min, max]) => fc.integer({ min, max })))),
  );

afterAll(() => device.dispose());

it('the parameters of a context', () => {
  fc.assert(
    fc.property(contextParameters, ({ id, ...parameters }) => {
      expect(run(commands.configureContext({ id, ...parameters })).result).toBe('OK');
      expect(run(commands.queryContext(id)).value).toEqual(parameters);
    }),
    RUNS,
  );
});

it('the values of an option', () => {
  fc.assert(
    fc.property(option, ([name, values]) => {
      expect(run(commands.setOption(name, values)).result).toBe('OK');
      expect(run(commands.queryOption(name)).value).toEqual(values);
    }),
    RUNS,
  );
});

describe('with an open socket', () => {
  beforeAll(() => {
    run(
      commands.configureContext({
        id: 1,
        apn: 'internet',
        type: 'IPv4',
        username: '',
        password: '',
        authentication: 'none',
      }),
    );
    run(commands.activateContext(1));
    const open = {
      contextId: 1,
      connectId: 3,
      service: 'TCP',
      host: '203.0.113.9',
      remotePort: 7,
      localPort: 0,
    } as const;
    expect(run(commands.open({ ...open, mode: 'buffer' })).result).toBe('OK');
  });

  it('the bytes of a send, echoed by a peer, and their count', () => {
    const counted = run(commands.querySent(3)).value?.sentBytes ?? Number.NaN;
    let sentBytes = counted;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (data) => {
        expect(run(commands.send(3, data.length), Buffer.from(data)).result).toBe('SEND OK');
        sentBytes += data.length;
        expect(run(commands.read(3, 1500)).payload.equals(data)).toBe(true);
        expect(run(commands.querySent(3)).value?.sentBytes).toBe(sentBytes);
      }),
      RUNS,
    );
  });
});
