/** Executes command lines, one at a time.
 *
 *    line ──(echo, latency)──▶ command table ──▶ Reply ──▶ serial line
 */
import { bytesOf } from './bytes.ts';
import { Fields, type ParsedCommand, parseCommand } from './command-line.ts';
import type { Command } from './commands/command.ts';
import { Refusal } from './errors.ts';
import type { FaultOf } from './faults/fault.ts';
import { isHeadOf } from './faults/schedule.ts';
import type { Firmware } from './firmware.ts';
import { Reply } from './reply.ts';
import { withoutSecrets } from './without-secrets.ts';

const ESCAPE = '+++';

/** See the head of the file. */
export class CommandRunner {
  readonly #firmware: Firmware;
  readonly #onConcluded: (final: string | undefined) => void;
  /** What was echoed of the line under way. */
  #echoed = '';
  /** The host is not to blame for what it writes now. */
  #excused = false;
  /** The line under way. */
  #line = '';

  /** @param onConcluded called when the answer is on the line; without a final result for a command that has none. */
  constructor(firmware: Firmware, onConcluded: (final: string | undefined) => void) {
    this.#firmware = firmware;
    this.#onConcluded = onConcluded;
  }

  /** A line came to its end. `tooLong` when part of it had to be dropped. */
  begin(raw: string, tooLong: boolean): void {
    const firmware = this.#firmware;
    const { hardware } = firmware;
    this.#excused = false;
    if (firmware.echo) hardware.output.send(bytesOf(`${raw.slice(this.#echoed.length)}\r`));
    this.#echoed = '';
    const start = raw.search(/at/i);
    const line = raw.slice(Math.max(0, start));
    if (start < 0) {
      hardware.record('lost', `input that is no command: ${raw.length} bytes`); // it may be half of one, with secrets
      this.#onConcluded(undefined);
      return;
    }
    hardware.record('command', this.#shown(line));
    hardware.faults.commandArrived(line);
    if (firmware.hasEnded) return;
    const delayed = hardware.armed.take('delay');
    // A host that gave up waiting for a delayed answer is not to blame for the next command.
    this.#excused = delayed !== undefined;
    const latencyMs = hardware.timing.commandLatencyMs + (delayed?.ms ?? 0);
    firmware.timers.after(latencyMs, () => this.#run(line, tooLong));
  }

  /** Plus signs that were meant to end data mode are echoed at once (gsm §6.3); all else with its line. */
  partArrived(line: string): void {
    const { echo, hardware } = this.#firmware;
    if (line !== ESCAPE || !echo || !hardware.profile.hasForegroundContexts || this.#echoed !== '') return;
    this.#echoed = line;
    hardware.output.send(bytesOf(line));
  }

  /** The host wrote while a command was still running. */
  interrupted(text: string): void {
    if (this.#excused) return;
    this.#excused = true;
    this.#firmware.hardware.violate(
      `wrote ${JSON.stringify(withoutSecrets(text).slice(0, 40))} while a command was running (lte §1.1 note 1)`,
    );
  }

  /** The command, and the data mode that it may have begun, are over. */
  commandEnded(): void {
    this.#excused = false;
    this.#echoed = '';
  }

  #run(line: string, tooLong: boolean): void {
    const firmware = this.#firmware;
    const { hardware } = firmware;
    this.#line = line;
    const parsed = parseCommand(line);
    const command = parsed && hardware.commands[parsed.name];
    const isTcpIp = command?.family === 'tcpip';
    const reply = new Reply((lines, final, behind) => {
      if (isTcpIp && !command.keepsLastError && !firmware.hasEnded) firmware.lastError = 0;
      this.#answer(lines, final, behind);
    });
    if (tooLong) {
      hardware.violate(`${withoutSecrets(line).slice(0, 20)}…: the command line is too long`);
      reply.final('ERROR');
      return;
    }
    const failure = hardware.armed.take('error');
    try {
      if (failure) throw new Refusal({ code: failure.code ?? 550, cme: failure.cme ?? 100 });
      if (parsed && command) {
        this.#dispatch(command, parsed, reply);
        return;
      }
      hardware.unknown(this.#shown(line));
      reply.final('ERROR');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.violation) hardware.violate(violationOf(line, error.violation));
      firmware.refuse(reply, error, isTcpIp && failure?.cme === undefined);
    }
  }

  /** What an unknown command has behind its name may be anything. */
  #shown(line: string): string {
    const name = parseCommand(line)?.name;
    const isKnown = name !== undefined && this.#firmware.hardware.commands[name] !== undefined;
    return isKnown ? withoutSecrets(line) : withoutSecrets(line).replace(/=(?!\?$).*$/s, '=…');
  }

  #dispatch(command: Command, { form, body }: ParsedCommand, reply: Reply): void {
    const handler = command[form];
    if (handler === undefined) throw new Refusal({ cme: 3, violation: `has no ${form} form` });
    if (typeof handler === 'string') {
      reply.info(...handler.split('\n').filter(Boolean)).final('OK');
      return;
    }
    const { toleratesBlanks } = this.#firmware.hardware.profile;
    const fields = new Fields(form === 'write' ? body : '', toleratesBlanks);
    handler({ firmware: this.#firmware, reply, body, fields });
  }

  #answer(lines: readonly Uint8Array[], final: string | undefined, behind: readonly Uint8Array[]): void {
    const firmware = this.#firmware;
    const { armed, random, output, record } = firmware.hardware;
    if (firmware.hasEnded) return;
    const parts = final === undefined ? [] : [...lines, bytesOf(`\r\n${final}\r\n`), ...behind];
    record('result', final ?? '(nothing)');
    const inserted = armed.take('urcInResponse');
    if (inserted) {
      const place = inserted.place ?? (random.next() < 0.5 ? 'first' : 'between');
      const urc = bytesOf(`\r\n${inserted.urc ?? '+QIND: "csq",22,99'}\r\n`);
      parts.splice(place === 'first' ? 0 : Math.max(0, parts.length - 1), 0, urc);
    }
    const answer = Buffer.concat(parts);
    const late = final?.startsWith('CONNECT') ? undefined : this.#takeLate();
    if (late) {
      record('lost', `result ${final ?? '(nothing)'}: comes ${late.ms} ms late`);
      firmware.timers.after(late.ms, () => firmware.writeLate(answer));
    } else output.send(answer);
    this.#onConcluded(final);
  }

  /** The fault by which this answer comes late. CONNECT does not: what is late could stand in the data then. */
  #takeLate(): FaultOf<'lateResult'> | undefined {
    const line = this.#line.toUpperCase();
    const { armed } = this.#firmware.hardware;
    return armed.take(
      'lateResult',
      ({ command }) => command === undefined || isHeadOf(command.toUpperCase(), line),
    );
  }
}

/** The rule that was broken, without the value that broke it where that may be a secret. */
function violationOf(line: string, rule: string): string {
  const shown = withoutSecrets(line);
  return `${shown}: ${shown === line ? rule : rule.replace(/, got .*$/s, '')}`;
}
