/** The dialects as data.
 *
 * @module urchestra/dialects
 */
export { type Bc66Commands, type Bc66Limits, bc66 } from './bc66.ts';
export * from './dialect.ts';
export type { GsmCommands } from './gsm/commands.ts';
export type {
  GsmBuffer,
  GsmCircuitParameters,
  GsmConnection,
  GsmContextParameters,
  GsmLimits,
  GsmOpenParameters,
  GsmRole,
  GsmService,
  GsmTransparentParameters,
} from './gsm/parameters.ts';
export type { GsmConnectionStatus, GsmListenPorts, GsmReadHeader, GsmStatus } from './gsm/replies.ts';
export { gsm } from './gsm.ts';
export { type LteCommands, lte } from './lte.ts';
export type {
  GsmModuleOptions,
  LteModuleOptions,
  ModuleOptionsByDialect,
  RgModuleOptions,
  SharedModuleOptions,
  UgxxModuleOptions,
} from './module-options.ts';
export { type NetworkTime, readNetworkTime } from './network-time.ts';
export { dialectOf, dialects, wireDialectOf, wireDialects } from './registry.ts';
export { type RgCommands, type RgLimits, rg } from './rg.ts';
export { type UgxxCommands, ugxx } from './ugxx.ts';
export type { AnswerRow, DataEnd, Effect, SettingName, UrcLine, UrcRow, WireDialect } from './wire.ts';
