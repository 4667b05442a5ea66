/** Takes command lines apart: `AT+QIOPEN=1,0,"TCP"` → name, form, fields. Strict: what the manual does not allow
 * is a violation, not guessed at. */
import { invalid } from './errors.ts';

/** The four forms of an AT command (lte §2.1 tables). */
type CommandForm = 'test' | 'read' | 'write' | 'execute';

/** A command line in parts. */
export interface ParsedCommand {
  /** Upper case, with its plus sign: `+QIOPEN`, `E`, `&D`; empty for a bare AT. */
  readonly name: string;
  readonly form: CommandForm;
  /** Text behind the equals sign, or the number behind a basic command. */
  readonly body: string;
}

const EXTENDED = /^(\+[A-Z][A-Z0-9]*)(?:(=\?)|(\?)|=(.*))?$/is;
const BASIC = /^(&?[A-Z])(\d*)$/i;

/** Reads a command line without its CR; `undefined` when it is none. */
export function parseCommand(line: string): ParsedCommand | undefined {
  const text = line.slice(2).trim();
  if (text === '') return { name: '', form: 'execute', body: '' };
  const basic = BASIC.exec(text);
  if (basic) return { name: (basic[1] ?? '').toUpperCase(), form: 'execute', body: basic[2] ?? '' };
  const extended = EXTENDED.exec(text);
  if (extended === null) return undefined;
  const [, name = '', test, read, body] = extended;
  const form = test ? 'test' : read ? 'read' : body === undefined ? 'execute' : 'write';
  return { name: name.toUpperCase(), form, body: body ?? '' };
}

interface Field {
  readonly text: string;
  readonly quoted: boolean;
}

/** The comma-separated fields of a write command, read by position (from 0) with the limits of the manual. */
export class Fields {
  readonly #fields: readonly Field[];

  /** @param toleratesBlanks blanks in front of a field do not belong to it.
   * @throws Refusal when quotes do not pair up.
   */
  constructor(body: string, toleratesBlanks = false) {
    this.#fields = splitFields(toleratesBlanks ? body.replace(/(^|,) +/g, '$1') : body);
  }

  get count(): number {
    return this.#fields.length;
  }

  /** Refuses more or fewer fields. */
  expectCount(min: number, max: number): void {
    const allowed = min === max ? `${min}` : `${min} to ${max}`;
    if (this.count < min || this.count > max) invalid(`${this.count} parameters, ${allowed} allowed`);
  }

  /** Tells whether there is a field that is not empty. */
  has(at: number): boolean {
    const field = this.#fields[at];
    return field !== undefined && (field.quoted || field.text !== '');
  }

  isQuoted(at: number): boolean {
    return this.#fields[at]?.quoted ?? false;
  }

  /** The text of a field, in quotes or not. */
  text(at: number): string {
    return this.#fields[at]?.text ?? '';
  }

  /** A whole number within limits; `fallback` if the field is missing or empty. */
  integer(at: number, name: string, min: number, max: number, fallback?: number): number {
    const field = this.#fields[at];
    if (field === undefined || !this.has(at)) return fallback ?? invalid(`${name} is missing`);
    if (field.quoted || !/^\d+$/.test(field.text)) invalid(`${name} must be a number, got ${field.text}`);
    const value = Number(field.text);
    if (value < min || value > max) invalid(`${name} must be ${min} to ${max}, got ${field.text}`);
    return value;
  }

  /** A text in quotes; `fallback` if the field is missing or empty. */
  string(at: number, name: string, maxBytes: number, fallback?: string): string {
    const field = this.#fields[at];
    if (field === undefined || !this.has(at)) return fallback ?? invalid(`${name} is missing`);
    if (!field.quoted) invalid(`${name} must stand in quotes`);
    if (field.text.length > maxBytes) invalid(`${name} has ${field.text.length} bytes, ${maxBytes} allowed`);
    return field.text;
  }
}

function splitFields(body: string): Field[] {
  const fields: Field[] = [];
  let rest = body;
  for (;;) {
    const match = /^(?:"([^"]*)"|([^",]*))(,|$)/.exec(rest);
    if (match === null) invalid('quotes or commas are misplaced');
    const [whole, quoted, plain = '', separator] = match;
    fields.push({ text: quoted ?? plain, quoted: quoted !== undefined });
    if (separator === '') return fields;
    rest = rest.slice(whole.length);
  }
}
