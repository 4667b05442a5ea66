/** The options of `AT+QICFG`: names, and the range of each of their values. */
import { choice, integer, quotedName } from '../arguments.ts';
import { firstLine, plain, query } from '../common.ts';
import type { OptionRule, OptionTable, Range } from './option-table.ts';
import type { ShapePart } from './shape.ts';

const SWITCH: Range = [0, 1];
const OPTION_NAME_BYTES = 32; // longer than every name of the manuals

/** Options of bc66 too (bc66 §2.11). */
export const formatOptions = {
  dataformat: { ranges: [SWITCH, SWITCH] }, // lte §2.1.15, rg §2.3.1, bc66 §2.11: send, receive; 1 is hex
  viewmode: { ranges: [SWITCH] }, // lte §2.1.15, rg §2.3.1, bc66 §2.11
} as const satisfies OptionTable;

/** Options that lte, ugxx and rg share. The numbers of `dns/cache` mean different things (D2). */
export const sharedOptions = {
  ...formatOptions,
  transpktsize: { ranges: [[1, 1460]] }, // lte §2.1.15, rg §2.3.1: bytes
  transwaittm: { ranges: [[0, 20]] }, // lte §2.1.15, rg §2.3.1: 100 ms
  'tcp/retranscfg': {
    ranges: [
      [3, 20], // lte §2.1.15, rg §2.3.1: retransmissions
      [5, 1000], // lte §2.1.15, rg §2.3.1: longest interval, 100 ms
    ],
  },
  'dns/cache': { ranges: [SWITCH] }, // lte §2.1.15, rg §2.3.1
  'qisend/timeout': { ranges: [[0, 3600]] }, // lte §2.1.15, rg §2.3.1: ms
  passiveclosed: { ranges: [SWITCH] }, // lte §2.1.15, rg §2.3.1
  'tcp/accept': { ranges: [SWITCH] }, // lte §2.1.15, rg §2.3.1
  recvind: { ranges: [SWITCH] }, // lte §2.1.15, rg §2.3.1
} as const satisfies OptionTable;

/** The rule for `tcp/keepalive`, whose idle time has another unit and range in each manual.
 *
 * The values behind the switch may be missing.
 */
export function keepaliveRule(longestIdle: number): OptionRule {
  return {
    ranges: [
      SWITCH, // lte §2.1.15, rg §2.3.1
      [1, longestIdle],
      [25, 100], // lte §2.1.15, rg §2.3.1: interval, s
      [3, 10], // lte §2.1.15, rg §2.3.1: probes
    ],
    least: 1,
  };
}

/** Options of lte, and of ugxx, whose own list is in the part of its manual that is missing. */
export const lteOptions = {
  ...sharedOptions,
  'tcp/keepalive': keepaliveRule(120), // lte §2.1.15: minutes
  'udp/readmode': { ranges: [SWITCH] }, // lte §2.1.15
  'udp/sendmode': { ranges: [SWITCH] }, // lte §2.1.15
  'recv/buffersize': { ranges: [[10_240, 524_288]] }, // lte §2.1.15: bytes
} as const satisfies OptionTable;

function optionLine(options: OptionTable, name: string, values: readonly number[]): string {
  choice('option', name, Object.keys(options));
  const { ranges = [], least = ranges.length } = options[name] ?? {};
  integer(`number of values of ${name}`, values.length, least, ranges.length);
  const texts = values.map((value, at) => integer(name, value, ...(ranges[at] ?? SWITCH)));
  return [`AT+QICFG="${name}"`, ...texts].join(',');
}

/** Encoders of `AT+QICFG`. Options that the manual does not know can be asked for, but not be set. */
export function optionCommands({ options }: ShapePart<'options'>) {
  return {
    queryOption: (name: string) =>
      query(
        `AT+QICFG=${quotedName('option', name, OPTION_NAME_BYTES)}`,
        '+QICFG',
        firstLine((fields) => fields.slice(1)),
      ), // lte §2.1.15, rg §2.3.1, bc66 §2.11
    setOption: (name: string, values: readonly number[]) => plain(optionLine(options, name, values)),
  };
}
