/** What the modem's statechart has done for it outside: the port, the probes, the store, the reset. */
import { filter } from 'rxjs';
import { type ErrorCode, ModemError } from '../../errors.ts';
import type { ModemServices, Registration } from '../../machines/modem.machine.ts';
import type { LadderRecord } from '../../machines/reboot-policy.machine.ts';
import type { CommandOutcome } from '../../machines/support/command-runner.ts';
import { isBootNotice } from '../../streams/urcs.ts';
import type { AtChannel } from '../channel/at-channel.ts';
import type { ProbeTiming } from '../channel/resynchronise.ts';
import { commandError } from '../command-error.ts';
import type { Command, RegistrationStatus } from '../dialects/dialect.ts';
import { endingWithin } from '../ending-within.ts';
import { type ResetRequest, resetFailure } from '../power/power.ts';
import { BaudRates } from './baud-rates.ts';
import type { CheckedOptions } from './options.ts';
import { PinMemory } from './pin-memory.ts';
import { watchSilence } from './silence-watch.ts';

/** Where the ladder's position is kept in the store. */
const LADDER_KEY = 'rebootLadder';

/** Longest wait for the end of a reset, whatever control carries it out. */
const LONGEST_RESET_MS = 600_000;

/** For work that nobody waits for; voiding the wire ends it. */
const NEVER = new AbortController().signal;

/** Silent probes behind which a module is taken to be in data mode, and behind which to be in the middle of a send. */
const TRIES_BEFORE_ESCAPE = 3;
const TRIES_BEFORE_FILL = 6;

/** 3GPP TS 27.007 §7.2: registered at home or abroad; the network said no. */
const REGISTERED = new Set([1, 5]);
const DENIED = 3;
/** 3GPP TS 27.007 §9.2.1: SIM PIN required, SIM PUK required, incorrect password. Others say nothing of the PIN: the SIM is busy, or failed. */
const PIN_VERDICTS = new Set([11, 12, 16]);

/** Times of a probe, from the recovery options. */
export function probeTiming(options: CheckedOptions, tries: number, escapeAfterTries: number): ProbeTiming {
  const { recovery } = options;
  return {
    replyMs: recovery.probeReplyMs,
    quietMs: recovery.probeQuietMs,
    guardMs: recovery.guardMs,
    sendInputTimeoutMs: options.dialect.limits.sendInputTimeoutMs,
    tries,
    escapeAfterTries,
  };
}

export function modemServices(
  options: CheckedOptions,
  channel: AtChannel,
  { report, isPathAlive }: Pick<ModemServices, 'report' | 'isPathAlive'>,
): ModemServices {
  const { port, dialect, recovery, store, power, pin, urcPort, clock } = options;
  const { commands } = dialect;
  const pins = new PinMemory(store);
  const rates = new BaudRates(port, (tries, signal) => probe(tries, 0, signal), report);
  let hasAnswered = false;
  const ask = <T>(command: Command<T>, signal: AbortSignal): Promise<CommandOutcome<T>> =>
    channel.execute(command, { signal, owner: 'modem', priority: 'control' });

  async function probe(tries: number, escapeAfter: number, signal: AbortSignal) {
    const result = await channel.synchronise(probeTiming(options, tries, escapeAfter), signal);
    return result.isSynchronised ? 'synchronised' : 'silent';
  }

  async function registrations(signal: AbortSignal): Promise<readonly RegistrationStatus[]> {
    const known: RegistrationStatus[] = [];
    for (const command of commands.queryRegistration()) {
      const outcome = await ask(command, signal);
      if (outcome.kind === 'ok') known.push(outcome.value);
    }
    return known;
  }

  async function readRegistration(signal: AbortSignal): Promise<Registration> {
    const states = (await registrations(signal)).map(({ state }) => state);
    if (states.some((state) => REGISTERED.has(state))) return 'registered';
    return states.includes(DENIED) ? 'denied' : 'searching';
  }

  /** Reads where the URCs go, and sends them elsewhere when that is wrong (protocol.md §10). */
  async function routeUrcs(
    wanted: (current: string) => string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (!dialect.routesUrcs) return;
    const current = await ask(commands.raw('AT+QURCCFG="urcport"'), signal);
    const value = current.kind === 'ok' ? current.value.lines[0]?.fields[1] : undefined;
    if (value === undefined) return; // not on this firmware
    const target = wanted(String(value));
    if (target === undefined || value === target || value === 'all') return;
    await ask(commands.raw(`AT+QURCCFG="urcport","${target}"`), signal);
  }

  /** A module that starts anew has carried the command out, whether its OK came or not. */
  async function executeReset(command: Command<void>, signal: AbortSignal): Promise<void> {
    const boots = channel.signals$.pipe(filter(isBootNotice)).subscribe(() => {
      channel.void('MODULE_REBOOTED');
      channel.hold();
    });
    try {
      const outcome = await ask(command, signal);
      const hasBooted = outcome.kind === 'aborted' && outcome.code === 'MODULE_REBOOTED';
      if (outcome.kind !== 'ok' && !hasBooted) throw commandError(command, outcome);
    } finally {
      boots.unsubscribe();
    }
  }

  /** A control of the application's own may never end. */
  function resetWithin(request: ResetRequest): Promise<void> {
    const late = (): Error =>
      resetFailure(
        request,
        `reset by ${power.description}`,
        `it did not end within ${LONGEST_RESET_MS} ms`,
        'give it a limit',
      );
    return endingWithin(clock, LONGEST_RESET_MS, async () => power.reset(request), late);
  }

  return {
    openPort: async () => {
      await port.open();
      channel.listen();
    },
    synchronise: async (signal) => {
      if (await rates.find(signal)) {
        hasAnswered = true;
        return 'synchronised';
      }
      const { bootProbes, startProbes, resyncProbes } = recovery;
      if (hasAnswered) return probe(bootProbes, TRIES_BEFORE_ESCAPE, signal);
      const tries = power.reachesSilentModule ? bootProbes : startProbes;
      const first = await probe(Math.min(tries, TRIES_BEFORE_FILL), TRIES_BEFORE_ESCAPE, signal);
      hasAnswered = first === 'synchronised';
      if (hasAnswered) return first;
      // An earlier host may have died in the middle of a send: what this one sends, and does not end, it knows itself.
      await channel.fillInput(dialect.limits.sendBytes, signal);
      const second = await probe(Math.max(tries - TRIES_BEFORE_FILL, resyncProbes), 0, signal);
      hasAnswered = second === 'synchronised';
      return second;
    },
    probe: (signal) => probe(recovery.coolingProbes, 0, signal),
    look: async (signal) => {
      const { hasAnswered } = await channel.synchronise(
        probeTiming(options, recovery.coolingProbes, 0),
        signal,
      );
      return hasAnswered;
    },
    closeLeftovers: async (signal) => {
      for (const query of commands.queryLeftovers()) {
        const open = await ask(query, signal);
        if (open.kind !== 'ok') continue; // a firmware without the list refuses the id later: 563, then close
        for (const { connectId } of open.value)
          await ask(commands.close(connectId, recovery.closeTimeoutMs), signal);
      }
    },
    routeUrcs: (signal) => routeUrcs(() => urcPort ?? port.modulePort, signal),
    rerouteUrcs: (modulePort) => {
      if (urcPort !== undefined) return; // the user knows better
      void routeUrcs((current) => modulePort ?? (current === 'usbat' ? 'uart1' : 'usbat'), NEVER);
    },
    readRegistration,
    isAttached: async (signal) => {
      const attached = await ask(commands.queryAttached(), signal);
      if (attached.kind === 'ok' && !attached.value && dialect.isAttachedByNetwork)
        return (await ask(commands.attach(), signal)).kind === 'ok'; // an earlier host may have detached it
      if (attached.kind === 'ok') return attached.value;
      const known = await registrations(signal); // no AT+CGATT on this firmware
      return known.some(({ domain, state }) => domain !== 'circuit' && REGISTERED.has(state));
    },
    unlockSim: async (signal) => {
      if (pin === undefined) return 'failed';
      const verdict = await pins.verdictOn(pin);
      if (verdict !== undefined) return verdict === 'refused' ? 'not tried again' : 'unconfirmed';
      await pins.remember(pin);
      const outcome = await ask(commands.enterPin(pin), signal);
      if (outcome.kind === 'ok') await pins.confirm();
      if (outcome.kind === 'ok') return 'unlocked';
      if (outcome.kind !== 'refused') return 'failed';
      // The SIM has not judged it, or nobody knows: the record stands.
      if (outcome.moduleError !== undefined && !PIN_VERDICTS.has(outcome.moduleError)) return 'unconfirmed';
      await pins.refuse(pin);
      return 'rejected';
    },
    confirmPin: () => {
      if (pin !== undefined) pins.confirm().catch(() => undefined); // the old record only makes it stricter
    },
    watchSilence: (onSilent) =>
      watchSilence({ bytes$: port.bytes$, clock, silenceMs: recovery.pulseMs, onSilent }),
    checkPulse: async (signal) => {
      if (channel.data.isOn) return; // data mode has looks of its own
      await channel.execute(commands.attention(), { signal, owner: 'pulse', priority: 'background' });
    },
    resetModule: (situation, signal) => {
      channel.hold();
      return resetWithin({
        ...situation,
        execute: (text) => executeReset({ ...commands.reset(), text }, signal),
        lines: port.lines,
        signal,
      });
    },
    rememberLadder: (record) => store.write(LADDER_KEY, { ...record }),
    voidWire: (code: ErrorCode) => channel.void(code),
    report,
    isPathAlive,
  };
}

/** The ladder's position from an earlier process.
 *
 * @throws STORE_FAILED when the store cannot be read or holds something else.
 */
export async function recalledLadder(options: CheckedOptions): Promise<LadderRecord | undefined> {
  const record = await options.store.read(LADDER_KEY);
  if (record === undefined || record === null) return undefined;
  if (typeof record === 'object' && 'rebootsInRow' in record && 'lastRebootAtMs' in record) {
    const { rebootsInRow, lastRebootAtMs } = record;
    if (typeof rebootsInRow === 'number' && typeof lastRebootAtMs === 'number') {
      return { rebootsInRow, lastRebootAtMs };
    }
  }
  throw new ModemError(
    'STORE_FAILED',
    `the store holds no reboot ladder under "${LADDER_KEY}" but ${JSON.stringify(record)}: delete the entry if it is not needed`,
  );
}
