/** The options of `createModem`, read once, and checked as far as the dialect does not matter. */

import { isModemError } from '../../errors.ts';
import { integer } from '../dialects/arguments.ts';
import type { Inspector } from '../inspect/inspector.ts';
import {
  invalid,
  needClock,
  needMethods,
  needText,
  readAnyOptions,
  readList,
  readOptions,
} from '../plain-options.ts';
import type { ModemOptions, UrcPort } from './options.ts';

const KNOWN: readonly (keyof ModemOptions)[] = [
  'port',
  'dialect',
  'contexts',
  'module',
  'pin',
  'store',
  'power',
  'recovery',
  'referenceHost',
  'urcPort',
  'clock',
  'logger',
  'meter',
  'inspect',
  'queueLimit',
  'traceLimit',
];
const URC_PORTS: readonly UrcPort[] = ['usbat', 'usbmodem', 'uart1', 'all'];
const METER = ['createCounter', 'createHistogram', 'createGauge', 'createObservableGauge'];
const BATCHES = ['addBatchObservableCallback', 'removeBatchObservableCallback'];

/** A copy that nobody else can change, nested ones too; ports, stores and the like are taken as they are.
 *
 * @throws INVALID_ARGUMENT
 */
export function readModemOptions(given: ModemOptions): ModemOptions {
  const read = readOptions<ModemOptions>(given, KNOWN);
  const { port, contexts, module, recovery, inspect } = read;
  if (port === undefined) throw noPort();
  checkParts(read);
  checkValues(read);
  return {
    ...read,
    port,
    dialect: read.dialect as ModemOptions['dialect'],
    ...(inspect !== undefined && { inspect: readInspectors(inspect) }),
    ...(contexts !== undefined && { contexts: readContexts(contexts) }),
    ...(module !== undefined && { module: readAnyOptions(module, 'module') as never }),
    ...(recovery !== undefined && { recovery: readAnyOptions(recovery, 'recovery') }),
  };
}

const noPort = () => invalid('port', "must be a Port: serialPort({ path: '/dev/ttyUSB2' }) makes one");

function readContexts(contexts: unknown): NonNullable<ModemOptions['contexts']> {
  const list = readList(contexts, 'contexts');
  return list.map((one) => readAnyOptions(one, 'contexts')) as unknown as NonNullable<
    ModemOptions['contexts']
  >;
}

function readInspectors(inspect: unknown): readonly Inspector[] {
  const inspectors = Array.isArray(inspect) ? readList(inspect, 'inspect') : [inspect];
  const advice = 'must have open, show and close: statelyInspector() of urchestra/inspect';
  for (const inspector of inspectors) needMethods(inspector, 'inspect', ['open', 'show', 'close'], advice);
  return inspectors as readonly Inspector[];
}

function checkParts({ port, store, power, clock, logger, meter }: Partial<ModemOptions>): void {
  try {
    needMethods(port, 'port', ['open', 'write', 'close'], '');
    for (const stream of [port?.bytes$, port?.lost$]) needMethods(stream, 'port', ['subscribe'], '');
  } catch (error) {
    throw isModemError(error) && error.cause === undefined ? noPort() : error;
  }
  if (store !== undefined)
    needMethods(store, 'store', ['read', 'write'], 'must have read and write: fileStore(path)');
  if (power !== undefined)
    needMethods(power, 'power', ['reset'], 'must have reset: atReset(), commandReset(…)');
  if (logger !== undefined)
    needMethods(logger, 'logger', ['info', 'warn', 'error'], 'must have info, warn and error');
  const advice = "must be an OpenTelemetry meter: meterProvider.getMeter('agent') makes one";
  if (meter !== undefined) needMethods(meter, 'meter', [...METER, ...BATCHES], advice);
  needClock(clock);
}

function checkValues({ pin, urcPort, queueLimit, traceLimit, referenceHost }: Partial<ModemOptions>): void {
  // It is not shown: it may be right but for a blank.
  if (pin !== undefined && !(typeof pin === 'string' && /^\d{4,8}$/.test(pin)))
    throw invalid('pin', 'must be 4 to 8 digits');
  if (urcPort !== undefined && !URC_PORTS.includes(urcPort))
    throw invalid('urcPort', `must be one of ${URC_PORTS.join(', ')}`);
  if (queueLimit !== undefined) integer('queueLimit', queueLimit, 1, 100_000);
  if (traceLimit !== undefined) integer('traceLimit', traceLimit, 0, 100_000);
  if (referenceHost !== undefined) needText(referenceHost, 'referenceHost');
}
