import type { Fields } from '../command-line.ts';
import type { Firmware } from '../firmware.ts';
import type { ProfileTest } from '../profiles/profile.ts';
import type { Reply } from '../reply.ts';

/** One execution of a command. */
export interface Call {
  readonly firmware: Firmware;
  /** How it is answered, now or later. */
  readonly reply: Reply;
  /** Text behind the equals sign, or the number of a basic command. */
  readonly body: string;
  /** The text behind the equals sign in fields. */
  readonly fields: Fields;
}

/** Executes one form of a command: a function, or the lines that are answered before OK (a text, one per line). */
export type Handler = ((call: Call) => void) | string;

/** One AT command. A form that is missing is answered with an error. */
export interface Command {
  /** Errors of `tcpip` commands are plain ERROR with a number for AT+QIGETERROR, those of others +CME ERROR. */
  readonly family?: 'tcpip';
  /** Does not count as "the last TCP/IP command". */
  readonly keepsLastError?: boolean;
  readonly test?: Handler;
  readonly read?: Handler;
  readonly write?: Handler;
  readonly execute?: Handler;
}

/** The commands of a dialect by name: `+QIOPEN`, `E`, `&D`; a bare AT has the empty name. */
export type CommandTable = Readonly<Record<string, Command>>;

/** Answers the test form of a command as the profile has it. */
export const testOf =
  (name: ProfileTest) =>
  ({ firmware, reply }: Call): void => {
    const line = firmware.hardware.profile.tests[name];
    reply.info(...(line === '' ? [] : [line])).final('OK');
  };

/** Answers OK. */
export const ok = ({ reply }: Call): void => reply.final('OK');
