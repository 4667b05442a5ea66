import type { Meter } from '@opentelemetry/api';
import { type Clock, systemClock } from '../../streams/clock.ts';
import type { ContextParameters, Dialect, DialectName } from '../dialects/dialect.ts';
import type { ModuleOptionsByDialect } from '../dialects/module-options.ts';
import { dialectOf } from '../dialects/registry.ts';
import { shownValue } from '../dialects/shown-value.ts';
import { messageOf } from '../foreign-error.ts';
import type { Inspector } from '../inspect/inspector.ts';
import { globalMeter } from '../metrics/meter.ts';
import { invalid } from '../plain-options.ts';
import type { Port } from '../port.ts';
import { atReset } from '../power/at-reset.ts';
import type { PowerControl } from '../power/power.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from './logger.ts';
import { withModuleOptions } from './module-options.ts';
import { type Recovery, type RecoveryOptions, recoveryFrom } from './recovery-options.ts';

/** A PDP context as the user gives it. */
export interface ContextOptions {
  /** Context id of the dialect; the lowest when left out: 1, on gsm 0. */
  readonly id?: number;
  /** Access point name. On bc66 it has no effect: the network chooses. */
  readonly apn: string;
  /** Addresses that the context gets; `IPv4` when left out. */
  readonly type?: ContextParameters['type'];
  /** User name of the access point; empty when left out. */
  readonly username?: string;
  /** Password of the access point; empty when left out. Never in traces, logs or errors. */
  readonly password?: string;
  /** `none` without a user name, else `CHAP`. */
  readonly authentication?: ContextParameters['authentication'];
}

/** A context on lte. */
export interface LteContextOptions extends ContextOptions {
  /** Whether user name and password are kept for CDMA networks too. Written when the context is set up, not when it is
   * found active with the same access. */
  readonly savesCredentialsForCdma?: boolean;
}

/** A context on gsm. */
export interface GsmContextOptions extends ContextOptions {
  /** How its connections share it: up to six (`multiple`, when left out), or one (`single`: AT+QIMUX=0). A connection in
   * transparent mode has its context to itself in any case: the context is brought up anew for it. */
  readonly sharing?: 'multiple' | 'single';
}

/** The contexts of each dialect. */
export interface ContextOptionsByDialect {
  /** See `LteContextOptions`. */
  readonly lte: LteContextOptions;
  /** See `ContextOptions`. */
  readonly ugxx: ContextOptions;
  /** See `ContextOptions`. */
  readonly rg: ContextOptions;
  /** See `GsmContextOptions`. */
  readonly gsm: GsmContextOptions;
  /** See `ContextOptions`. */
  readonly bc66: ContextOptions;
}

/** Port of the module to which URCs are sent (`AT+QURCCFG="urcport"`). */
export type UrcPort = 'usbat' | 'usbmodem' | 'uart1' | 'all';

/** Everything `createModem` takes. */
export interface ModemOptions<Name extends DialectName | 'auto' = DialectName | 'auto'> {
  /** Where the module is: `serialPort(…)`, `tcpPort(…)`, `simulatedPort(…)`, or a port of your own. */
  readonly port: Port;
  /** Generation of the module; `auto` asks it at `start()`, which is when the other options are checked then. */
  readonly dialect: Name;
  /** PDP contexts that are kept active; the first is the one of sockets that name none. None when left out. */
  readonly contexts?: readonly (Name extends DialectName ? ContextOptionsByDialect[Name] : ContextOptions)[];
  /** Options of the module, set at each start. One that the module refuses is told by `recoveries$` and the logger. */
  readonly module?: Name extends DialectName ? ModuleOptionsByDialect[Name] : never;
  /** PIN of the SIM, tried once (a SIM locks after three). */
  readonly pin?: string;
  /** Small durable state: ladder position, tried PIN. In memory when left out. */
  readonly store?: Store;
  /** How a hung module is reset. `AT+CFUN=1,1` when left out; hardware resets are opt-in. */
  readonly power?: PowerControl;
  /** Limits and waits in place of the standard ones, or a preset of them; see docs/RECOVERY.md. */
  readonly recovery?: RecoveryOptions;
  /** A host that answers pings (on gsm: a name that resolves) as long as the path is well. It is asked once before failed
   * opens may reset the module. Where it is left out the network's DNS servers are pinged, if the module tells them. */
  readonly referenceHost?: string;
  /** When left out: the port in use, where it is known, or as soon as a missing URC shows that it is wrong. */
  readonly urcPort?: UrcPort;
  /** Time; the system clock when left out. */
  readonly clock?: Clock;
  /** pino-compatible. */
  readonly logger?: Logger;
  /** Takes the measurements of docs/METRICS.md, from `start()` to `stop()`. The meter `urchestra` of the OpenTelemetry SDK
   * when left out: it must have been registered before. Without an SDK nothing is measured. */
  readonly meter?: Meter;
  /** Shows the statecharts: `statelyInspector()`, `xstateInspector()` of `urchestra/inspect`, or an inspector of your own; several in
   * a list. Without one nothing is paid for it. */
  readonly inspect?: Inspector | readonly Inspector[];
  /** Most commands that may wait; one more is refused with `QUEUE_FULL`. */
  readonly queueLimit?: number;
  /** Lines of the trace that `recentTrace` keeps; 256 when left out, 0 for none. */
  readonly traceLimit?: number;
}

/** Options with everything filled in and checked. */
export interface CheckedOptions {
  readonly port: Port;
  readonly dialect: Dialect;
  readonly contexts: readonly ContextParameters[];
  readonly pin: string | undefined;
  readonly store: Store;
  readonly power: PowerControl;
  readonly recovery: Recovery;
  readonly referenceHost: string | undefined;
  readonly urcPort: UrcPort | undefined;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly meter: Meter;
  readonly inspectors: readonly Inspector[];
  readonly queueLimit: number;
  /** DTR lets the module sleep and wakes it (gsm). */
  readonly sleepsByDtr: boolean;
}

const CONTEXT_OPTIONS = ['id', 'apn', 'type', 'username', 'password', 'authentication'];

const SHARINGS = ['multiple', 'single'];

function checkContextNames(options: ContextOptions, { name, knowsCdma, sharings }: Dialect): void {
  const known = [
    ...CONTEXT_OPTIONS,
    ...(knowsCdma ? ['savesCredentialsForCdma'] : []),
    ...(sharings.length > 0 ? ['sharing'] : []),
  ];
  const unknown = Object.keys(options).find((one) => !known.includes(one));
  if (unknown)
    throw invalid(unknown, `is no option of a context on ${name}: it must be one of ${known.join(', ')}`);
}

function checkedContext(options: LteContextOptions & GsmContextOptions, dialect: Dialect): ContextParameters {
  checkContextNames(options, dialect);
  const { id = dialect.limits.contextIds[0], apn, type = 'IPv4', username = '', password = '' } = options;
  const authentication = options.authentication ?? (username === '' ? 'none' : 'CHAP');
  const { savesCredentialsForCdma, sharing } = options;
  if (sharing !== undefined && !SHARINGS.includes(sharing))
    throw invalid('sharing', `must be one of ${SHARINGS.join(', ')}, got ${shownValue(sharing)}`);
  const parameters = {
    ...{ id, apn, type, username, password, authentication },
    ...(sharing !== undefined && { sharing }),
    ...(savesCredentialsForCdma !== undefined && { savesCredentialsForCdma }),
  };
  dialect.commands.configureContext(parameters); // encodes, and with that checks, every part of it
  return parameters;
}

function checkedContexts(options: readonly ContextOptions[], dialect: Dialect): ContextParameters[] {
  const contexts = options.map((context) => checkedContext(context, dialect));
  const most = dialect.limits.activeContexts;
  if (contexts.length > most) {
    throw invalid('contexts', `may be ${most} at a time on ${dialect.name}, got ${contexts.length}`);
  }
  if (new Set(contexts.map(({ id }) => id)).size < contexts.length)
    throw invalid('contexts', 'have an id twice');
  // What shows the length of pushed data is a switch of the whole module (gsm §5.3.1).
  const showsLength = contexts.some(({ sharing }) => sharing === 'single');
  return showsLength ? contexts.map((context) => ({ ...context, showsLength })) : contexts;
}

/** What is asked in the end is an encoder's matter; a wrong name must not wait for that day. */
function checkedReference(host: string | undefined, { commands, limits }: Dialect): string | undefined {
  if (host === undefined) return undefined;
  const contextId = limits.contextIds[0];
  try {
    if (commands.ping) commands.ping(contextId, host, 4, 1);
    else commands.resolveAtOnce?.(contextId, host);
  } catch (error) {
    throw invalid('referenceHost', `is no host: ${messageOf(error)}`);
  }
  return host;
}

/** One inspector or several. */
export function listOf(inspect: ModemOptions['inspect']): readonly Inspector[] {
  if (inspect === undefined) return [];
  return 'open' in inspect ? [inspect] : inspect;
}

const isSleepWanted = (module: object | undefined): boolean =>
  module !== undefined && 'sleep' in module && module.sleep === true;

/** Checks options that `readModemOptions` has read, before anything is opened or written.
 *
 * @throws INVALID_ARGUMENT
 */
export function checkedOptions(options: ModemOptions<DialectName>): CheckedOptions {
  const dialect = withModuleOptions(dialectOf(options.dialect), options.module);
  const { pin, urcPort, queueLimit = 256, meter = globalMeter() } = options;
  const sleepsByDtr = 'sleep' in dialect.moduleOptions && isSleepWanted(options.module);
  if (sleepsByDtr && options.port.lines === undefined)
    throw invalid('module.sleep', 'needs a port with control lines: DTR wakes the module');
  return {
    port: options.port,
    dialect,
    contexts: checkedContexts(options.contexts ?? [], dialect),
    pin,
    store: options.store ?? memoryStore(),
    power: options.power ?? atReset(),
    recovery: recoveryFrom(options.recovery, dialect.limits),
    referenceHost: checkedReference(options.referenceHost, dialect),
    urcPort,
    clock: options.clock ?? systemClock,
    logger: options.logger,
    meter,
    inspectors: listOf(options.inspect),
    queueLimit,
    sleepsByDtr,
  };
}
