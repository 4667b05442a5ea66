/** Dependable TCP and UDP sockets for Node.js over Quectel cellular modules.
 *
 * @module urchestra
 */

export type { TraceEntry } from './adapters/channel/trace.ts';
export type { Answer, Command, DialectName, LastError, PingReply } from './adapters/dialects/dialect.ts';
export type {
  GsmModuleOptions,
  LteModuleOptions,
  RgModuleOptions,
  SharedModuleOptions,
  UgxxModuleOptions,
} from './adapters/dialects/module-options.ts';
export type { NetworkTime } from './adapters/dialects/network-time.ts';
export { memoryPortPair } from './adapters/memory-port.ts';
export type {
  BindUdpOptions,
  ConnectOptions,
  ConnectUdpOptions,
  ListenOptions,
} from './adapters/modem/connect-options.ts';
export type { Logger } from './adapters/modem/logger.ts';
export { createModem, type Modem } from './adapters/modem/modem.ts';
export type { PingOptions, SyncTimeOptions, ToolOptions } from './adapters/modem/network-requests.ts';
export type {
  NetworkTimeReport,
  PingFailure,
  PingReport,
  Resolution,
} from './adapters/modem/network-results.ts';
export type {
  ContextOptions,
  GsmContextOptions,
  LteContextOptions,
  ModemOptions,
  UrcPort,
} from './adapters/modem/options.ts';
export {
  type Recovery,
  type RecoveryOptions,
  type RecoveryPreset,
  recoveryDefaults,
  recoveryPresets,
} from './adapters/modem/recovery-options.ts';
export type { ModemState, ModemStatus } from './adapters/modem/status.ts';
export { ModemDatagram, type RemoteInfo, type Sender } from './adapters/net/modem-datagram.ts';
export { ModemServer } from './adapters/net/modem-server.ts';
export { ModemSocket } from './adapters/net/modem-socket.ts';
export type { Port, PortLines } from './adapters/port.ts';
export { atReset } from './adapters/power/at-reset.ts';
export { commandReset, parseCommandLine } from './adapters/power/command-reset.ts';
export {
  type PowerDownResetOptions,
  powerDownReset,
  type SoftThenHardOptions,
  softThenHard,
} from './adapters/power/composed-reset.ts';
export { lineReset } from './adapters/power/line-reset.ts';
export type { PowerControl, ResetRequest } from './adapters/power/power.ts';
export { serialPort } from './adapters/serial-port.ts';
export { type SimulatedPortOptions, simulatedPort } from './adapters/simulated-port.ts';
export { fileStore } from './adapters/store/file-store.ts';
export { memoryStore } from './adapters/store/memory-store.ts';
export type { Store } from './adapters/store/store.ts';
export { tcpPort } from './adapters/tcp-port.ts';
export { ERROR_CODES, type ErrorCode, type ErrorDetails, isModemError, ModemError } from './errors.ts';
export type { RecoveryStep } from './machines/modem.machine.ts';
export { type Clock, scaledClock, systemClock } from './streams/clock.ts';
export { isBootNotice, type Urc } from './streams/urcs.ts';
