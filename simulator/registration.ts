import { type Clock, uptimeOf } from '../streams/clock.ts';
import type { ModuleTiming } from './options.ts';
import type { SimCard } from './sim-card.ts';
import type { Timers } from './timers.ts';

/** Network domains with a registration command of their own: circuit, packet, EPS, 5GS. */
export type Domain = 'CREG' | 'CGREG' | 'CEREG' | 'C5GREG';

/** Cell that the module camps on, as in `+CREG: 2,1,"0B1C","0A2B3C4D",7`. */
const LOCATION = '"0B1C","0A2B3C4D"';

/** What a generation can register with. */
interface RegistrationKind {
  readonly domains: readonly Domain[];
  /** `<AcT>` of 27.007 §7.3. */
  readonly accessTechnology: number;
}

/** What the air has to offer. */
export interface Radio {
  /** Time of the clock from which a network can be found; in the past when there is one. */
  backAtMs: number;
  /** Until then the network is there, but turns the module away. */
  isDenied: boolean;
}

/** What a registration depends on. */
export interface RegistrationSetting {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly sim: SimCard;
  readonly timing: ModuleTiming;
  readonly radio: Radio;
  readonly kind: RegistrationKind;
  /** Queues a notice. */
  readonly say: (name: string, line: string) => void;
  readonly onChange: () => void;
}

/** Whether the module has found the network, and who wants to be told about it. */
export class Registration {
  readonly #setting: RegistrationSetting;
  readonly #reporting = new Map<Domain, number>();
  #cancelSearch = (): void => {};
  #radioOn = true;
  #found = false;
  #attached = true;
  /** The network threw the module out; it is back by itself in a while. */
  #expelled = false;

  constructor(setting: RegistrationSetting) {
    this.#setting = setting;
  }

  /** 0 not searching, 1 registered, 2 searching, 3 denied (27.007 §7.2). */
  get status(): number {
    const { sim, radio } = this.#setting;
    if (!this.#radioOn || sim.state !== 'READY' || this.#expelled) return 0;
    if (this.#found) return 1;
    return radio.isDenied && this.#absentMs > 0 ? 3 : 2;
  }

  get isAttached(): boolean {
    return this.#attached && this.status === 1;
  }

  get isRadioOn(): boolean {
    return this.#radioOn;
  }

  /** Starts to search, if there is a usable SIM. */
  search(delayMs = this.#setting.timing.registrationMs): void {
    this.#cancelSearch();
    if (this.status !== 2 && this.status !== 3) return;
    this.#cancelSearch = this.#setting.timers.after(Math.max(delayMs, this.#absentMs), () => this.#set(true));
  }

  /** The network is not there any more, or does not want the module, until the radio has it back. */
  lose(): void {
    this.#expelled = false;
    if (this.#found) this.#set(false);
    this.search(0);
  }

  /** The module has been running for a while: the network was found long ago. */
  assumeFound(): void {
    this.#found = this.#setting.sim.state === 'READY';
    this.#setting.onChange();
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
    this.#setting.onChange();
  }

  /** The network detaches the module: it is not registered, and finds back by itself after the time of a search. */
  expel(): void {
    if (this.status !== 1) return;
    this.#expelled = true;
    this.#set(false);
    const { timers, timing } = this.#setting;
    this.#cancelSearch = timers.after(Math.max(timing.registrationMs, this.#absentMs), () => this.#set(true));
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

  /** Time until there is a network to be found. */
  get #absentMs(): number {
    const { radio, clock } = this.#setting;
    return Math.max(0, radio.backAtMs - uptimeOf(clock));
  }

  #set(found: boolean): void {
    this.#cancelSearch();
    this.#found = found;
    if (found) this.#expelled = false;
    for (const domain of this.#setting.kind.domains) {
      const level = this.#reporting.get(domain) ?? 0;
      if (level > 0) this.#setting.say(`+${domain}`, `+${domain}: ${this.status}${this.#location(level)}`);
    }
    this.#setting.onChange();
  }

  #location(level: number): string {
    return level === 2 && this.status === 1 ? `,${LOCATION},${this.#setting.kind.accessTechnology}` : '';
  }
}
