/** What tells the dialects with connect ids apart, where their commands are the same. */
import { choice, integer, quotedName } from '../arguments.ts';
import type { AccessMode, ContextParameters, ServiceType } from '../dialect.ts';
import type { OptionTable } from './option-table.ts';

/** Ranges and choices of one manual: the factories of this folder make its encoders from them. */
export interface QiShape<Service extends ServiceType = ServiceType, Mode extends AccessMode = AccessMode> {
  readonly limits: {
    readonly contextIds: readonly [lowest: number, highest: number];
    readonly connectIds: readonly [lowest: number, highest: number];
    readonly sendBytes: number;
    readonly readBytes: number;
    readonly openTimeoutMs: number;
  };
  /** From 1, in the order of the manual. */
  readonly contextTypes: readonly ContextParameters['type'][];
  readonly services: readonly Service[];
  /** From 0, in the order of the manual. */
  readonly accessModes: readonly Mode[];
  readonly hostBytes: number;
  /** Whether `AT+QICLOSE` takes the time after which the module closes by force. */
  readonly closesByTimeout: boolean;
  readonly options: OptionTable;
}

/** The part of a shape that a factory needs; the lists of services and modes do not matter to most. */
export type ShapePart<Key extends keyof QiShape> = Pick<QiShape, Key>;

/** The context id as text. */
export function contextId({ limits }: ShapePart<'limits'>, id: number): string {
  return integer('context id', id, ...limits.contextIds);
}

/** The connect id as text. */
export function connectId({ limits }: ShapePart<'limits'>, id: number): string {
  return integer('connect id', id, ...limits.connectIds);
}

/** The host name or address between quotation marks. */
export function hostName(shape: ShapePart<'hostBytes'>, argument: string, host: string): string {
  return quotedName(argument, host, shape.hostBytes);
}

/** The port number as text. */
export function portNumber(port: number, lowest = 0): string {
  return integer('port', port, lowest, 65_535);
}

/** The number of the access mode as text. */
export function accessMode<Mode extends AccessMode>(
  { accessModes }: { readonly accessModes: readonly Mode[] },
  mode: Mode,
): string {
  return choice('mode', mode, accessModes);
}
