import { bytesOf } from './bytes.ts';

/** One option of AT+QICFG: the limits of its numbers, and what they are after a boot. */
export interface OptionRule {
  /** As printed by AT+QICFG=?. */
  readonly shown: string;
  readonly limits: readonly (readonly [name: string, min: number, max: number])[];
  readonly initial: readonly number[];
  /** Number of values that must be given; by default all. */
  readonly required?: number;
}

/** The options of a generation by name, in the order of AT+QICFG=?. */
export type OptionTable = Readonly<Record<string, OptionRule>>;

/** Options of AT+QICFG and the like, with the values they have after a boot. */
export class Settings {
  readonly rules: OptionTable;
  readonly #values = new Map<string, readonly number[]>();

  constructor(rules: OptionTable) {
    this.rules = rules;
  }

  /** The values of an option; none for one that the generation does not have. */
  values(name: string): readonly number[] {
    return this.#values.get(name) ?? this.rules[name]?.initial ?? [];
  }

  /** The first value of an option; 0 for one that the generation does not have. */
  value(name: string): number {
    return this.values(name)[0] ?? 0;
  }

  /** What stands between the head of a payload and the payload (viewmode). */
  get separator(): string {
    return this.value('viewmode') === 1 ? ',' : '\r\n';
  }

  /** Payload in the form of dataformat (a length counts the bytes before that; protocol.md D6). */
  formatted(bytes: Uint8Array): Uint8Array {
    if (this.values('dataformat')[1] !== 1) return bytes;
    return bytesOf(Buffer.from(bytes).toString('hex').toUpperCase());
  }

  set(name: string, values: readonly number[]): void {
    this.#values.set(name, values);
  }
}
