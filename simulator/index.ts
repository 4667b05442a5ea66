/** The virtual module, its network, its faults. */

export type { ContextState } from './contexts.ts';
export type { Fault, FaultKind, FaultRule, FaultScript, Trigger } from './faults/fault.ts';
export { FaultScriptError } from './faults/fault.ts';
export { parseFaultScript } from './faults/parse.ts';
export type { Latency, Sender } from './latency.ts';
export type { LoopbackNetwork, LoopbackNetworkOptions } from './loopback-network.ts';
export { loopbackNetwork } from './loopback-network.ts';
export type { MemoryClient, MemoryPeer } from './memory-connection.ts';
export type { MemoryDatagramPeer } from './memory-datagrams.ts';
export type { MemoryNetwork, MemoryNetworkOptions } from './memory-network.ts';
export { memoryNetwork } from './memory-network.ts';
export type { TransportLoss } from './module.ts';
export { VirtualModule } from './module.ts';
export type { ModuleState, PowerState, SocketView } from './module-state.ts';
export type {
  ConnectionEvents,
  ConnectionTarget,
  DatagramEndpoint,
  DatagramEvents,
  IncomingConnection,
  ListenerEvents,
  NetworkConnection,
  NetworkListener,
  RemoteEndpoint,
  SimulatedNetwork,
  Slowdown,
} from './network.ts';
export type {
  ModuleEvent,
  ModuleEventKind,
  ModulePort,
  ModuleTiming,
  SimOptions,
  VirtualDialect,
  VirtualModuleOptions,
} from './options.ts';
export { DEFAULT_TIMING, isVirtualDialect, VIRTUAL_DIALECTS } from './options.ts';
export type { SinkPeer } from './peers.ts';
export { echoPeer, silentPeer, sinkPeer } from './peers.ts';
export type { VirtualPortOptions } from './port.ts';
export { virtualPort } from './port.ts';
export type { ErrorStyle } from './profiles/profile.ts';
export { serveOnPty } from './pty.ts';
export type { CountDistribution, DurationDistribution } from './scenarios/distribution.ts';
export type { Duration } from './scenarios/duration.ts';
export { durationMs } from './scenarios/duration.ts';
export type { ScenarioEffect, ScenarioFaultKind } from './scenarios/effect.ts';
export { parseProfile } from './scenarios/parse.ts';
export type { PlanOptions, Strike } from './scenarios/plan.ts';
export { plannedStrikes } from './scenarios/plan.ts';
export type { StrikeProcess } from './scenarios/process.ts';
export type { FaultProcess, ProfileNetwork, ProfileTiming, ScenarioProfile } from './scenarios/profile.ts';
export { PROFILE_FORMAT, ProfileError } from './scenarios/profile.ts';
export { SCENARIO_PROFILES, scenarioProfile } from './scenarios/profiles/index.ts';
export type { Scenario, ScenarioOptions } from './scenarios/run.ts';
export { profileTiming, runScenario } from './scenarios/run.ts';
export type { SimState } from './sim-card.ts';
export { serveOnTcp } from './tcp.ts';
export type { ServedModule } from './transport.ts';
export { ServeError } from './transport.ts';
export type { SocketRole } from './virtual-socket.ts';
