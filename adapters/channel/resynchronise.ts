/** Brings the two ends of a channel back in step after a timeout or an unknown past (invariant 12).
 *
 *    AT ──▶ any final result ──▶ quiet ──▶ AT ──▶ exactly one OK, then quiet ──▶ in step
 *     ▲ └─ silence ─┘                       │ more or none
 *     └─────────────────────────────────────┘
 *
 * A module works off commands one after the other: a late result comes before that of the probe. So a probe
 * that is answered by exactly one OK after silence proves that nothing older is still on its way.
 */
import { type Clock, delay } from '../../streams/clock.ts';

/** The wire as the probe needs it. */
export interface ProbeWire {
  /** Writes raw bytes. */
  readonly write: (text: string) => Promise<void>;
  /** Final results since the last call, oldest first. */
  readonly takeFinals: () => string[];
  /** Clock time at which the last byte came in. */
  readonly lastByteAtMs: () => number;
  /** Resolves when bytes come in, or after `withinMs`; rejects when aborted. */
  readonly bytesWithin: (withinMs: number, signal: AbortSignal) => Promise<void>;
  /** Probes whose answers may still be on their way. */
  readonly unanswered: () => number;
  /** They were lost. */
  readonly forgetUnanswered: () => void;
  /** Wait for the first sign of an answer: longer where the line was seen to be slow. */
  readonly replyMs: () => number;
}

export interface ProbeTiming {
  /** Wait for the first sign of an answer. */
  readonly replyMs: number;
  /** Silence after which nothing more is expected. */
  readonly quietMs: number;
  readonly tries: number;
  /** Guard silence on both sides of `+++` (protocol.md §10: 1.0 s is sometimes too short). */
  readonly guardMs: number;
  /** Silence after which a module that waits for the payload of a send gives it up. */
  readonly sendInputTimeoutMs: number;
  /** Silent tries after which the module is taken to be in data mode; 0 never. */
  readonly escapeAfterTries: number;
  /** The module was in data mode when the port was lost: so many escapes come before anything else, which would be payload
   * (invariant 8), unless one is answered. */
  readonly escapesFirst?: number;
  /** The module was in data mode, or on its way there, when it was heard last: silence may mean that it still is, and that
   * every probe is payload. */
  readonly mayBeInData?: boolean;
}

export interface ProbeResult {
  readonly isSynchronised: boolean;
  /** Something was answered, in step or not. */
  readonly hasAnswered: boolean;
  /** Final results that belonged to older commands. */
  readonly swallowed: readonly string[];
}

/** Leaves data mode (protocol.md §6). */
export const ESCAPE = '+++';
/** So many silent probes stand between two escapes from a data mode that may have outlasted the first. */
const PROBES_PER_ESCAPE = 2;
/** Clocks of modules are not exact. */
export const SPARE_MS = 500;

/** The results behind a probe. Where earlier probes may still be answered, as on a slow line, the silence has to be as long as the
 * wait for an answer: a late one would complete the next command. */
async function finalsAfter(wire: ProbeWire, clock: Clock, timing: ProbeTiming, signal: AbortSignal) {
  const finals: string[] = [];
  const writtenAtMs = clock.now();
  for (;;) {
    finals.push(...wire.takeFinals());
    const quietMs = clock.now() - Math.max(wire.lastByteAtMs(), writtenAtMs);
    const replyMs = wire.replyMs();
    const lastMs = wire.unanswered() > 0 ? replyMs + timing.quietMs : timing.quietMs;
    const limitMs = finals.length > 0 ? lastMs : replyMs;
    if (quietMs >= limitMs) {
      if (finals.length > 0) wire.forgetUnanswered();
      return finals;
    }
    await wire.bytesWithin(limitMs - quietMs, signal);
  }
}

/** A silent module may wait for payload (it gives up after a silence) or be in data mode (it wants `+++`). */
async function leaveDataModes(wire: ProbeWire, clock: Clock, timing: ProbeTiming, signal: AbortSignal) {
  const { guardMs, sendInputTimeoutMs, mayBeInData = false } = timing;
  await delay(clock, mayBeInData ? guardMs : Math.max(guardMs, sendInputTimeoutMs + SPARE_MS), signal);
  await wire.write(ESCAPE);
  await delay(clock, timing.guardMs, signal);
}

/** Tells whether it is time for an escape, behind so many silent probes. */
function isEscapeDue({ escapeAfterTries, mayBeInData = false }: ProbeTiming, silent: number): boolean {
  if (silent === 0) return false;
  return mayBeInData ? silent % PROBES_PER_ESCAPE === 0 : silent === escapeAfterTries;
}

/** Probes until the channel is in step or the tries are used up. Rejects only when aborted. */
export async function resynchronise(
  wire: ProbeWire,
  clock: Clock,
  timing: ProbeTiming,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const swallowed: string[] = [];
  let confirming = false;
  let hasAnswered = false;
  let isConnected = false;
  for (let left = timing.escapesFirst ?? 0; left > 0; left--) {
    await leaveDataModes(wire, clock, timing, signal);
    const answers = await finalsAfter(wire, clock, timing, signal);
    if (answers.length > 0) break;
  }
  for (let turn = 0, silent = 0; turn < timing.tries; turn++) {
    if (isConnected || isEscapeDue(timing, silent)) await leaveDataModes(wire, clock, timing, signal);
    swallowed.push(...wire.takeFinals());
    await wire.write('AT\r');
    const finals = await finalsAfter(wire, clock, timing, signal);
    if (confirming && finals.length === 1 && finals[0] === 'OK')
      return { isSynchronised: true, hasAnswered: true, swallowed };
    if (confirming) swallowed.push(...finals);
    else swallowed.push(...finals.slice(0, -1)); // the last one answers the probe
    confirming = finals.length > 0;
    isConnected = finals.at(-1) === 'CONNECT'; // an open of the process before this one: another AT would be payload
    hasAnswered ||= confirming;
    silent = finals.length > 0 ? 0 : silent + 1;
  }
  return { isSynchronised: false, hasAnswered, swallowed };
}
