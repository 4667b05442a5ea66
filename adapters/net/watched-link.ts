import type { LinkWatchSetting, WatchedLink } from '../../machines/link-watch.machine.ts';
import type { CommandRunner } from '../../machines/support/command-runner.ts';
import type { CheckedOptions } from '../modem/options.ts';
import type { ModemSocket } from './modem-socket.ts';

/** A connection, as its watch looks at it. */
function watchedLink(socket: ModemSocket): WatchedLink {
  const { window } = socket;
  return {
    quiet: (idleMs, signal) => socket.quiet.wait(idleMs, signal),
    receivedBytes: () => socket.bytesRead,
    sentBytes: () => window.acceptedBytes,
    acknowledgedBytes: () => socket.bytesAcknowledged,
    hasData: () => window.pendingBytes > 0,
    canProbe: () => socket.canProbe,
    probeBytes: () => socket.probeBytes,
    sendProbe: () => socket.sendProbe(),
  };
}

/** How the link of a TCP connection is watched: not where the module tells no counters (bc66). */
export function linkWatchOf(
  socket: ModemSocket,
  { dialect, recovery }: Pick<CheckedOptions, 'dialect' | 'recovery'>,
  runSoon: CommandRunner,
  linkIdleMs: number = recovery.linkIdleMs,
): LinkWatchSetting | undefined {
  if (dialect.commands.querySent === undefined || linkIdleMs === 0) return undefined;
  return {
    link: watchedLink(socket),
    runSoon,
    timing: {
      idleMs: linkIdleMs,
      firstWaitMs: recovery.linkFirstWaitMs,
      intervalMs: recovery.linkIntervalMs,
      tries: recovery.linkTries,
    },
  };
}
