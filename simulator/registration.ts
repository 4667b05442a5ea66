import type { ModuleTiming } from './options.ts';
import type { SimCard } from './sim-card.ts';
import type { Timers } from './timers.ts';

/** Network domains with a registration command of their own: circuit, packet, EPS, 5GS. */
export type Domain = 'CREG' | 'CGREG' | 'CEREG' | 'C5GREG';

/** Cell that the module camps on, as in `+CREG: 2,1,"0B1C","0A2B3C4D",7`. */
const LOCATION = '"0B1C","0A2B3C4D"';

/** What a generation can register with. */
export interface RegistrationKind {
  readonly domains: readonly Domain[];
  /** `<AcT>` of 27.007 §7.3. */
  readonly accessTechnology: number;
}

/** Whether the module has found the network, and who wants to be told about it. */
export class Registration {
  readonly #timers: Timers;
  readonly #sim: SimCard;
  readonly #timing: ModuleTiming;
  readonly #say: (name: string, line: string) => void;
  readonly #onChange: () => void;
  readonly #kind: RegistrationKind;
  readonly #reporting = new Map<Domain, number>();
  #cancelSearch = (): void => {};
  #radioOn = true;
  #found = false;
  #attached = true;
  /** The network threw the module out; it is back by itself in a while. */
  #expelled = false;

  constructor(
    timers: Timers,
    sim: SimCard,
    timing: ModuleTiming,
    kind: RegistrationKind,
    say: (name: string, line: string) => void,
    onChange: () => void,
  ) {
    this.#kind = kind;
    this.#timers = timers;
    this.#sim = sim;
    this.#timing = timing;
    this.#say = say;
    this.#onChange = onChange;
  }

  /** 0 not searching, 1 registered, 2 searching (27.007 §7.2). */
  get status(): number {
    if (!this.#radioOn || this.#sim.state !== 'READY' || this.#expelled) return 0;
    return this.#found ? 1 : 2;
  }

  get isAttached(): boolean {
    return this.#attached && this.status === 1;
  }

  get isRadioOn(): boolean {
    return this.#radioOn;
  }

  /** Starts to search, if there is a usable SIM. */
  search(delayMs = this.#timing.registrationMs): void {
    this.#cancelSearch();
    if (this.status !== 2) return;
    this.#cancelSearch = this.#timers.after(delayMs, () => this.#set(true));
  }

  /** The module has been running for a while: the network was found long ago. */
  assumeFound(): void {
    this.#found = this.#sim.state === 'READY';
    this.#onChange();
  }

  setRadio(on: boolean): void {
    if (on === this.#radioOn) return;
    this.#radioOn = on;
    this.#expelled = false;
    if (on) this.search();
    else this.#set(false);
  }

  setAttached(attached: boolean): void {
    this.#attached = attached;
    this.#onChange();
  }

  /** The network detaches the module: it is not registered, and finds back by itself after the time of a search. */
  expel(): void {
    if (this.status !== 1) return;
    this.#expelled = true;
    this.#set(false);
    this.#cancelSearch = this.#timers.after(this.#timing.registrationMs, () => this.#set(true));
  }

  /** 0 no notices, 1 with the status, 2 with the cell too. */
  setReporting(domain: Domain, level: number): void {
    this.#reporting.set(domain, level);
  }

  /** Answer to `AT+CREG?` and its sisters. */
  describe(domain: Domain): string {
    const level = this.#reporting.get(domain) ?? 0;
    return `+${domain}: ${level},${this.status}${this.#location(level)}`;
  }

  #set(found: boolean): void {
    this.#cancelSearch();
    this.#found = found;
    if (found) this.#expelled = false;
    for (const domain of this.#kind.domains) {
      const level = this.#reporting.get(domain) ?? 0;
      if (level > 0) this.#say(`+${domain}`, `+${domain}: ${this.status}${this.#location(level)}`);
    }
    this.#onChange();
  }

  #location(level: number): string {
    return level === 2 && this.status === 1 ? `,${LOCATION},${this.#kind.accessTechnology}` : '';
  }
}
