/** The statecharts, for those who want to compose, inspect or draw them.
 *
 * @module urchestra/machines
 */
export { CommandQueue, PRIORITIES, type Priority } from './command-queue.ts';
export * from './exchange.machine.ts';
export * from './link-watch.machine.ts';
export {
  type ModemActor,
  type ModemContext,
  type ModemEvent,
  type ModemInput,
  type ModemServices,
  type ModemTiming,
  modemMachine,
  type RecoveryStep,
  type Registration,
  type ResetSituation,
} from './modem.machine.ts';
export {
  type ContextLimits,
  type ContextLoss,
  type ContextNotice,
  type PdpContextActor,
  type PdpContextEvent,
  type PdpContextInput,
  pdpContextMachine,
} from './pdp-context.machine.ts';
export * from './reboot-policy.machine.ts';
export {
  type ReadResult,
  type SendResult,
  type SettleResult,
  type SocketActor,
  type SocketEvent,
  type SocketFailure,
  type SocketInput,
  type SocketLink,
  type SocketNotice,
  type SocketReport,
  type SocketTiming,
  socketMachine,
} from './socket.machine.ts';
export type { CommandOutcome, CommandRunner } from './support/command-runner.ts';
export { type CrashedEvent, crashSafe } from './support/crash-safe.ts';
export type { Receiver } from './support/receiver.ts';
export * from './transparent-mode.machine.ts';
