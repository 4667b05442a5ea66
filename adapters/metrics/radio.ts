import type { RecoveryStep } from '../../machines/modem.machine.ts';
import type { Urc } from '../../streams/urcs.ts';
import type { Exchanged } from '../channel/exchanged.ts';

/** 3GPP TS 27.007 §8.5: 0 is -113 dBm or less, 31 is -51 dBm or more, 99 unknown. */
const HIGHEST_RSSI = 31;
const DOMAINS: Readonly<Record<string, string>> = {
  '+CREG': 'circuit',
  '+CGREG': 'packet',
  '+CEREG': 'eps',
  '+C5GREG': '5gs',
};
/** Behind these nothing that was heard before holds. */
const VOIDING: ReadonlySet<RecoveryStep['step']> = new Set([
  'port lost',
  'module rebooted',
  'reboot granted',
]);

/** What passing answers and notices tell of the radio; nothing is asked for it. */
export class Radio {
  #rssiDbm: number | undefined;
  readonly #registrations = new Map<string, number>();

  /** The last signal strength, if it was known. */
  get rssiDbm(): number | undefined {
    return this.#rssiDbm;
  }

  /** The last state of registration, by domain. */
  get registrations(): ReadonlyMap<string, number> {
    return this.#registrations;
  }

  readAnswer({ command, lines, outcome }: Exchanged): void {
    if (outcome.kind !== 'ok') return;
    const text = command.text.toUpperCase();
    for (const { prefix, fields } of lines) {
      const domain = DOMAINS[prefix ?? ''];
      const [first, second] = fields;
      if (prefix === '+CSQ' && text === 'AT+CSQ') this.#readSignal(first);
      else if (domain && text === `AT${prefix}?` && typeof second === 'number')
        this.#registrations.set(domain, second);
    }
  }

  readUrc(urc: Urc): void {
    if (urc.name === 'registration') this.#registrations.set(urc.domain, urc.state);
  }

  readStep(step: RecoveryStep['step']): void {
    if (!VOIDING.has(step)) return;
    this.#rssiDbm = undefined;
    this.#registrations.clear();
  }

  #readSignal(rssi: unknown): void {
    const isKnown = typeof rssi === 'number' && rssi <= HIGHEST_RSSI;
    this.#rssiDbm = isKnown ? -113 + 2 * rssi : undefined;
  }
}
