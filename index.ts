/** Dependable TCP and UDP sockets for Node.js over Quectel cellular modules.
 *
 * @module urchestra
 */

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
export { createModem, type ExecuteOptions, type Modem, type StartOptions } from './adapters/modem/modem.ts';
export type { PingOptions, SyncTimeOptions, ToolOptions } from './adapters/modem/network-requests.ts';
export type {
  NetworkTimeReport,
  PingFailure,
  PingReport,
  Resolution,
} from './adapters/modem/network-results.ts';
export type {
  ContextOptions,
  ContextOptionsByDialect,
  GsmContextOptions,
  LteContextOptions,
  ModemOptions,
  UrcPort,
} from './adapters/modem/options.ts';
export {
  type Recovery,
  type RecoveryName,
  type RecoveryOptions,
  type RecoveryPreset,
  recoveryDefaults,
  recoveryPresets,
} from './adapters/modem/recovery-options.ts';
export { MODEM_STATES, type ModemState, type ModemStatus } from './adapters/modem/status.ts';
export {
  type DatagramMessage,
  type DatagramSendArguments,
  ModemDatagram,
  type RemoteInfo,
  type SendDone,
  type Sender,
} from './adapters/net/modem-datagram.ts';
export { ModemServer } from './adapters/net/modem-server.ts';
export { ModemSocket } from './adapters/net/modem-socket.ts';
export type { ConnectionOptions, ReconnectOptions } from './adapters/node/connections.ts';
export type {
  AgentConnectOptions,
  HttpAgentOptions,
  HttpsAgentOptions,
} from './adapters/node/http-agents.ts';
export type { LookupDone, ModemLookup } from './adapters/node/lookup.ts';
export type { MqttStreamOptions } from './adapters/node/mqtt-stream.ts';
export type { ConnectTlsOptions } from './adapters/node/tls.ts';
export type { Port, PortLines } from './adapters/port.ts';
export { atReset } from './adapters/power/at-reset.ts';
export { type CommandResetOptions, commandReset, parseCommandLine } from './adapters/power/command-reset.ts';
export {
  type PowerDownResetOptions,
  powerDownReset,
  type SoftThenHardOptions,
  softThenHard,
} from './adapters/power/composed-reset.ts';
export { type LineResetOptions, lineReset } from './adapters/power/line-reset.ts';
export type { PowerControl, ResetRequest } from './adapters/power/power.ts';
export { type SerialPortOptions, serialPort } from './adapters/serial-port.ts';
export { type SimulatedPortOptions, simulatedPort } from './adapters/simulated-port.ts';
export { fileStore } from './adapters/store/file-store.ts';
export { memoryStore } from './adapters/store/memory-store.ts';
export type { JsonValue, Store } from './adapters/store/store.ts';
export { type TcpPortOptions, tcpPort } from './adapters/tcp-port.ts';
export type {
  EventEntry,
  PlainEntry,
  RecoveryEntry,
  TraceEntry,
  TransitionEntry,
  WireEntry,
} from './adapters/trace/trace-entry.ts';
export type { UsbMatch } from './adapters/usb-match.ts';
export { ERROR_CODES, type ErrorCode, type ErrorDetails, isModemError, ModemError } from './errors.ts';
export type { RecoveryStep } from './machines/modem.machine.ts';
export type { Interruption } from './machines/transparent-mode.machine.ts';
export { type Clock, scaledClock, systemClock } from './streams/clock.ts';
export { isBootNotice, type Urc } from './streams/urcs.ts';
