import { bytesOf } from './bytes.ts';

/** One option of AT+QICFG: the limits of its numbers, and what they are after a boot. */
interface OptionRule {
  /** As printed by AT+QICFG=?. */
  readonly shown: string;
  readonly limits: readonly (readonly [name: string, min: number, max: number])[];
  readonly initial: readonly number[];
  /** Number of values that must be given; by default all. */
  readonly required?: number;
}

const flag = (initial: number): OptionRule => ({
  shown: '(0,1)',
  limits: [['value', 0, 1]],
  initial: [initial],
});
const number = (min: number, max: number, initial: number): OptionRule => ({
  shown: `(${min}-${max})`,
  limits: [['value', min, max]],
  initial: [initial],
});

/** The options of lte §2.1.15, in the order of AT+QICFG=?. */
export const LTE_OPTIONS: Readonly<Record<string, OptionRule>> = {
  transpktsize: number(1, 1460, 1024),
  transwaittm: number(0, 20, 2),
  dataformat: {
    shown: '(0,1),(0,1)',
    limits: [
      ['send_data_format', 0, 1],
      ['recv_data_format', 0, 1],
    ],
    initial: [0, 0],
  },
  viewmode: flag(0),
  'tcp/retranscfg': {
    shown: '(3-20),(5-1000)',
    limits: [
      ['max_backoffs', 3, 20],
      ['max_rto', 5, 1000],
    ],
    initial: [12, 600],
  },
  // Printed as "1 disable, 1 enable"; 1 is the value that can be told from the underlining (protocol.md D2).
  'dns/cache': flag(1),
  'qisend/timeout': number(0, 3600, 0),
  passiveclosed: flag(0),
  'udp/readmode': flag(0),
  'udp/sendmode': flag(0),
  'tcp/accept': flag(1),
  'tcp/keepalive': {
    shown: '(0,1),(1-120),(25-100),(3-10)',
    limits: [
      ['enable', 0, 1],
      ['idle_time', 1, 120],
      ['interval_time', 25, 100],
      ['probe_cnt', 3, 10],
    ],
    initial: [0],
    required: 1,
  },
  'recv/buffersize': number(10_240, 524_288, 10_240),
  recvind: flag(0),
};

/** Options of AT+QICFG and the like, with the values they have after a boot. */
export class Settings {
  readonly #values = new Map<string, readonly number[]>();

  /** The values of an option. */
  values(name: string): readonly number[] {
    return this.#values.get(name) ?? LTE_OPTIONS[name]?.initial ?? [];
  }

  /** The first value of an option. */
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
