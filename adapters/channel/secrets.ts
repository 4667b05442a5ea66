/** What one modem must not show: the secrets of its options, the identities that it was told, and whatever answers to a command
 * that holds some.
 *
 *    private command ──started──▶ its answer and what nobody understands: as a length ──▶ until a later, harmless one is answered
 *
 * Patterns alone would not do: noise, an echo in pieces or a reboot in the middle leave lines that no pattern fits.
 */

import type { Command, InfoLine } from '../dialects/dialect.ts';
import { isPrivateLine } from '../dialects/private-commands.ts';
import { shownCommand, shownLine } from './redaction.ts';

/** The options that hold secrets, as far as they are strings. */
export interface SecretOptions {
  readonly pin?: unknown;
  readonly contexts?: unknown;
}

type Written = Pick<Command, 'text' | 'redacted' | 'collectsEverything'>;

const HIDDEN = '***';
const LEAST_LENGTH = 4;
/** Lines of which it is remembered that nothing in them has to be blanked out, and their length. */
const MOST_REMEMBERED = 256;
const LONGEST_REMEMBERED = 128;
/** More identities than a module has. */
const MOST_IDENTITIES = 16;
/** Commands that are answered by an identity. */
const ASKS_IDENTITY = /\+(?:CIMI|C?GSN|Q?CCID|ICCID|EGMR|CNUM)/i;
/** Type, APN, user name, password, authentication: a line that misses one of them may have another in its place. */
const WHOLE_CONTEXT = /^\+QICSGP:\s*\d+,"[^"]*","[^"]*","[^"]*"(?:,\d*)*$/;
/** What the SIM says of itself. */
const SIM_STATE = /^\+CPIN:\s*[A-Z][A-Z0-9 -]*$/;
/** Errors that hold nothing else, in the words of TS 27.007 §9.2. */
const PLAIN_ERROR =
  /^\+CM[ES] ERROR:\s*(?:\d{1,3}|SIM (?:not inserted|(?:PIN2?|PUK2?) required|failure|busy|wrong)|incorrect password|operation not (?:allowed|supported)|unknown(?: error)?)$/i;

/** Neither short texts nor short numbers are searched for everywhere: a port or a length that is the PIN by chance would be
 * blanked out too, and the stars in a place where everybody knows the number would tell the PIN. They count where they stand
 * alone between quotation marks, and next to commands that hold secrets. */
const isCommon = (secret: string): boolean => secret.length < LEAST_LENGTH || /^\d{1,8}$/.test(secret);

function textsOf({ pin, contexts }: SecretOptions): string[] {
  const lists: readonly unknown[] = Array.isArray(contexts) ? contexts : [];
  const objects = lists.filter(
    (one): one is Record<string, unknown> => typeof one === 'object' && one !== null,
  );
  const apns = objects.map(({ apn }) => apn);
  const texts = [pin, ...objects.flatMap(({ username, password }) => [password, username])];
  // What is the name of the access point as well is known to everybody.
  return texts.filter(
    (text): text is string => typeof text === 'string' && text !== '' && !apns.includes(text),
  );
}

const byLength = (a: string, b: string): number => b.length - a.length;

export class Secrets {
  readonly #distinct: readonly string[];
  readonly #common: readonly string[];
  #identities: readonly string[] = [];
  /** Whether connections are open, or were a moment ago. */
  mayBePayload: () => boolean = () => false;
  /** What is on the wire. */
  #running: Written | undefined;
  #isRunningPrivate = false;
  /** Texts that are shown as they are: most lines have been there before. */
  readonly #plain = new Set<string>();
  readonly #plainCommands = new Set<string>();
  /** Arguments of the last private command; missing when all that it can have led to is through. */
  #arguments: readonly string[] | undefined;

  constructor(options: SecretOptions = {}) {
    const texts = textsOf(options).sort(byLength);
    this.#distinct = texts.filter((text) => !isCommon(text));
    this.#common = texts.filter(isCommon);
  }

  /** Something of a private command may still come: what is shown now is not shown later. */
  get isWary(): boolean {
    return this.#arguments !== undefined;
  }

  /** A command is about to be written. */
  started(command: Written): void {
    this.#running = command;
    this.#isRunningPrivate = isPrivate(command);
    if (this.#isRunningPrivate) this.#suspect(argumentsOf(command));
  }

  /** It has ended. A module works commands off one by one: behind the answer to a harmless one nothing of an older one comes. */
  ended(command: Written, isAnswered: boolean): void {
    const isHarmless = this.#running === command ? !this.#isRunningPrivate : !isPrivate(command);
    if (isAnswered && isHarmless && this.#arguments !== undefined) this.#suspect(undefined);
    if (this.#running === command) this.#running = undefined;
  }

  /** Remembers an identity that was asked for. */
  learn({ text }: InfoLine): void {
    if (this.#running === undefined || !ASKS_IDENTITY.test(this.#running.text)) return;
    const found = text.replace(/[ "-]/g, '').match(/[0-9A-F]{14,}/gi) ?? [];
    const fresh = found.filter((one) => !this.#identities.includes(one));
    this.#identities = [...this.#identities, ...fresh].slice(-MOST_IDENTITIES);
    this.#lookAgain();
  }

  /** A line of an answer. */
  shownInfo({ prefix, text }: InfoLine): string {
    const line = prefix === null ? text : `${prefix}: ${text}`;
    const isHidden = this.#running !== undefined && this.#isRunningPrivate;
    if (isHidden && !WHOLE_CONTEXT.test(line) && !SIM_STATE.test(line)) return sized(line);
    const isAnybodys = prefix === null && this.#running?.collectsEverything === true;
    return isAnybodys ? this.shownUnknown(line) : this.shown(line);
  }

  /** A line that nobody asked for and no table knows. Beside an open connection it may be payload whose header the line has damaged. */
  shownUnknown(line: string): string {
    const isShown = this.#arguments === undefined && !this.mayBePayload();
    return isShown ? this.shown(line) : sized(line);
  }

  /** A final result: some modules repeat the command in it. */
  shownResult(result: string): string {
    const isError = /^\+CM[ES] ERROR/.test(result);
    if (!isError || this.#arguments === undefined || PLAIN_ERROR.test(result)) return this.shown(result);
    return `${result.slice(0, '+CME ERROR'.length)}: ${sized(result)}`;
  }

  /** A command that goes out. */
  shownCommand(command: Written): string {
    const text = command.redacted ?? command.text;
    if (this.#plainCommands.has(text)) return text;
    return remembered(this.#plainCommands, text, this.#blanked(shownCommand(command)));
  }

  /** A value by itself: what is too short to be looked for within texts is not too short to be one. */
  shownValue(text: string): string {
    return this.#common.includes(text) ? HIDDEN : this.shown(text);
  }

  /** Any other text: a notice, an error. */
  shown(text: string): string {
    if (this.#plain.has(text)) return text;
    return remembered(this.#plain, text, this.#blanked(shownLine(text)));
  }

  #suspect(words: readonly string[] | undefined): void {
    this.#arguments = words;
    this.#lookAgain();
  }

  /** What was shown as it is may have to be blanked out from now on. */
  #lookAgain(): void {
    this.#plain.clear();
    this.#plainCommands.clear();
  }

  #blanked(text: string): string {
    let shown = text;
    for (const secret of [...this.#distinct, ...this.#identities]) shown = shown.replaceAll(secret, HIDDEN);
    for (const secret of this.#common) shown = shown.replaceAll(`"${secret}"`, `"${HIDDEN}"`);
    if (this.#arguments === undefined) return shown;
    for (const one of [...this.#common, ...this.#arguments]) shown = withoutWord(shown, one);
    return shown;
  }
}

/** Notes a text that is shown as it is; returns what is shown. */
function remembered(plain: Set<string>, text: string, shown: string): string {
  if (shown !== text || text.length > LONGEST_REMEMBERED) return shown;
  if (plain.size >= MOST_REMEMBERED) plain.clear();
  plain.add(text);
  return shown;
}

function isPrivate({ text, redacted }: Written): boolean {
  return redacted !== undefined || isPrivateLine(text);
}

/** What may be a secret among the arguments: not the numbers and short names that every command has. */
function argumentsOf({ text, redacted = text }: Written): readonly string[] {
  const [, body = ''] = /=(.*)$/s.exec(text) ?? [];
  const fields = (body.match(/"[^"]*"|[^",;]+/g) ?? []).map((field) => field.replaceAll('"', '').trim());
  return fields.filter((field) => field.length >= LEAST_LENGTH && !redacted.includes(field));
}

/** Blanks a text out where it is no part of a longer word or number. */
function withoutWord(line: string, word: string): string {
  const literal = word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return line.replace(new RegExp(`(?<![0-9A-Za-z])${literal}(?![0-9A-Za-z])`, 'g'), HIDDEN);
}

const sized = (line: string): string => `(${line.length} characters)`;
