/** Options of the user's as values of `AT+QICFG`. */
import { ModemError } from '../../../errors.ts';
import { choice, flag, multiple } from '../arguments.ts';
import type { KeepaliveIdle, ModuleOption } from '../dialect.ts';
import type { LteModuleOptions, RgModuleOptions, SharedModuleOptions } from '../module-options.ts';
import { shownValue } from '../shown-value.ts';
import type { Range } from './option-table.ts';
import { optionCommands } from './options.ts';
import type { ShapePart } from './shape.ts';

/** Values of an option within their ranges; throws INVALID_ARGUMENT with the name of the argument. */
type Encoder = (argument: string, value: unknown, ranges: readonly Range[]) => readonly number[];
/** Name of a member, and how many of its unit one step of the manual is. */
type Member = readonly [name: string, step?: number];

const NOTHING: Range = [0, 0];

const amount =
  (step = 1): Encoder =>
  (argument, value, [range = NOTHING]) => [multiple(argument, value, step, ...range)];

const onOff: Encoder = (argument, value) => [Number(flag(argument, value as boolean))];

const oneOf =
  (...choices: readonly string[]): Encoder =>
  (argument, value) => [Number(choice(argument, value as string, choices))];

/** An object with exactly these members. */
const group =
  (...members: readonly Member[]): Encoder =>
  (argument, value, ranges) => {
    const names = members.map(([name]) => name);
    const given: Readonly<Record<string, unknown>> | undefined =
      typeof value === 'object' && value !== null ? { ...value } : undefined;
    if (given === undefined || Object.keys(given).some((name) => !names.includes(name))) {
      const message = `${argument} must be an object of ${names.join(', ')}, got ${shownValue(value)}`;
      throw new ModemError('INVALID_ARGUMENT', message, { argument });
    }
    return members.map(([name, step = 1], at) =>
      multiple(`${argument}.${name}`, given[name], step, ...(ranges[at] ?? NOTHING)),
    );
  };

const falseOr =
  (encode: Encoder): Encoder =>
  (argument, value, ranges) =>
    value === false ? [0] : [1, ...encode(argument, value, ranges.slice(1))];

/** A stream is 1, datagrams 0 (lte §2.1.15). */
const udpMode = oneOf('datagrams', 'stream');

function sharedModuleOptions(shape: ShapePart<'options'>) {
  return {
    transparentPacketBytes: writing(shape, 'transpktsize', amount()), // lte §2.1.15, rg §2.3.1
    transparentWaitMs: writing(shape, 'transwaittm', amount(100)),
    tcpRetransmissions: writing(shape, 'tcp/retranscfg', group(['most'], ['longestIntervalMs', 100])),
    dnsCache: writing(shape, 'dns/cache', amount()), // D2
    sendInputTimeoutMs: writing(shape, 'qisend/timeout', (argument, value, [range = NOTHING]) => [
      multiple(argument, value, 1, 1, range[1]), // not 0: D-006
    ]),
    passiveClose: writing(shape, 'passiveclosed', onOff),
    acceptsIncoming: writing(shape, 'tcp/accept', onOff),
  } as const satisfies Record<keyof SharedModuleOptions, ModuleOption>;
}

/** lte §2.1.15; it names no default, so TCP's own 2 h. */
export const lteKeepalive: KeepaliveIdle = { idleName: 'idleMinutes', unitMs: 60_000, usual: 120, most: 120 };
/** rg §2.3.1 */
export const rgKeepalive: KeepaliveIdle = { idleName: 'idleS', unitMs: 1_000, usual: 60, most: 1_800 };

/** Options of lte and ugxx (lte §2.1.15). */
export function lteModuleOptions(shape: ShapePart<'options'>) {
  const keepalive = falseOr(group(['idleMinutes'], ['intervalS'], ['probes']));
  return {
    ...sharedModuleOptions(shape),
    tcpKeepalive: writing(shape, 'tcp/keepalive', keepalive),
    receiveBufferBytes: writing(shape, 'recv/buffersize', amount()),
    udpReadMode: writing(shape, 'udp/readmode', udpMode),
    udpSendMode: writing(shape, 'udp/sendmode', udpMode),
  } as const satisfies Record<keyof LteModuleOptions, ModuleOption>;
}

/** Options of rg (rg §2.3.1). */
export function rgModuleOptions(shape: ShapePart<'options'>) {
  const keepalive = falseOr(group(['idleS'], ['intervalS'], ['probes']));
  return {
    ...sharedModuleOptions(shape),
    tcpKeepalive: writing(shape, 'tcp/keepalive', keepalive),
    closeNotice: writing(shape, 'close/mode', onOff),
  } as const satisfies Record<keyof RgModuleOptions, ModuleOption>;
}

function writing(shape: ShapePart<'options'>, option: string, encode: Encoder): ModuleOption {
  const ranges = shape.options[option]?.ranges ?? [];
  return {
    sets: option,
    encode: (argument, value) => optionCommands(shape).setOption(option, encode(argument, value, ranges)),
  };
}
