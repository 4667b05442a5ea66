/** The options of AT+QICFG of a dialect, as a table. */
export type Range = readonly [lowest: number, highest: number];

/** One option: the ranges of its values in their order, and how many of them must be there (all, if not said). */
export interface OptionRule {
  readonly ranges: readonly Range[];
  readonly least?: number;
}

/** Options by name. */
export type OptionTable = Readonly<Record<string, OptionRule>>;
