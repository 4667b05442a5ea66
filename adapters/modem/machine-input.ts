import type { ModemInput, ModemServices } from '../../machines/modem.machine.ts';
import type { SocketTiming } from '../../machines/socket.machine.ts';
import type { AtChannel } from '../channel/at-channel.ts';
import type { CheckedOptions } from './options.ts';

/** The options as the modem's statechart takes them. */
export function machineInput(
  options: CheckedOptions,
  channel: AtChannel,
  services: ModemServices,
): ModemInput {
  const { recovery, dialect, clock } = options;
  return {
    dialect,
    contexts: options.contexts,
    hasPin: options.pin !== undefined,
    canResetSilentModule: options.power.reachesSilentModule,
    run: (command, signal) => channel.execute(command, { signal, owner: 'modem', priority: 'control' }),
    runUrgent: (command, signal) =>
      channel.execute(command, { signal, owner: 'data mode', priority: 'urgent' }),
    dataWire: channel.data,
    dataTiming: {
      escapeTries: recovery.escapeTries,
      verifyTries: recovery.verifyTries,
      lineMs: recovery.dataLineMs,
      claimMs: recovery.dataClaimMs,
      yieldMs: recovery.dataYieldMs,
      servingMs: recovery.dataServingMs,
      checkMs: recovery.dataCheckMs,
    },
    services,
    clock,
    timing: {
      reopenMs: recovery.reopenMs,
      longestReopenMs: recovery.longestReopenMs,
      simTimeoutMs: recovery.simTimeoutMs,
      registrationTimeoutMs: recovery.registrationTimeoutMs,
      attachTimeoutMs: recovery.attachTimeoutMs,
      pollMs: recovery.pollMs,
      probeMs: recovery.coolingProbeMs,
      longestProbeMs: recovery.longestCoolingProbeMs,
      contextRounds: recovery.contextRounds,
      contextCures: recovery.failedContextCures,
    },
    contextLimits: {
      activationTries: recovery.activationTries,
      deactivationTries: recovery.deactivationTries,
      activationResultMs: dialect.limits.activationTimeoutMs ?? 0,
      deactivationResultMs: dialect.limits.deactivationTimeoutMs ?? 0,
      retryDelayMs: recovery.activationRetryMs,
      longestRetryDelayMs: recovery.longestActivationRetryMs,
      lookPauseMs: recovery.contextLookMs,
      failedOpens: recovery.failedOpens,
    },
    ladder: {
      freeReboots: recovery.freeReboots,
      ladderMs: recovery.ladderMs,
      longestWaitMs: recovery.longestWaitMs,
      healthStretchMs: recovery.healthStretchMs,
      mostReboots: recovery.mostReboots === 0 ? Number.POSITIVE_INFINITY : recovery.mostReboots,
    },
  };
}

/** The options as a socket's statechart takes them. */
export function socketTiming({ recovery }: CheckedOptions): SocketTiming {
  return {
    openTimeoutMs: recovery.openTimeoutMs,
    openPollMs: recovery.openPollMs,
    longestOpenPollMs: recovery.longestOpenPollMs,
    closeTimeoutMs: recovery.closeTimeoutMs,
    pollMs: recovery.receivePollMs,
    longestPollMs: recovery.longestReceivePollMs,
    sendBackoffMs: recovery.sendBackoffMs,
    longestSendBackoffMs: recovery.longestSendBackoffMs,
    sendTries: recovery.sendTries,
    acknowledgeMs: recovery.acknowledgeMs,
    longestAcknowledgeMs: recovery.longestAcknowledgeMs,
    acknowledgeTries: recovery.acknowledgeTries,
  };
}
