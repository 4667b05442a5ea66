/** The time as modules print it (D4): `YY/MM/DD,hh:mm:ss±zz`, on lte with four digits of the year. */

/** A time of the network: UTC, with the local zone beside it. */
export interface NetworkTime {
  /** Four digits. */
  readonly year: number;
  /** From 1. */
  readonly month: number;
  /** Of the month, from 1. */
  readonly day: number;
  /** 0 to 23. */
  readonly hours: number;
  /** 0 to 59. */
  readonly minutes: number;
  /** 0 to 60, with a leap second. */
  readonly seconds: number;
  /** Offset of the local zone, printed in quarter hours; missing when none was printed. */
  readonly zoneMinutes?: number;
}

const TIME = /^(\d{2}|\d{4})\/(\d{2})\/(\d{2}),(\d{2}):(\d{2}):(\d{2})([+-]\d{1,2})?$/;
const CENTURY = 2000;
const QUARTER_HOUR_MINUTES = 15;

/** Reads a printed time; `undefined` when it does not have the documented form or names no time. */
export function readNetworkTime(text: string): NetworkTime | undefined {
  const [whole, ...parts] = TIME.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(0, 6).map(Number);
  const isTime =
    month >= 1 && month <= 12 && day >= 1 && day <= 31 && hours < 24 && minutes < 60 && seconds <= 60;
  if (!isTime) return undefined;
  const zone = parts[6] === undefined ? {} : { zoneMinutes: Number(parts[6]) * QUARTER_HOUR_MINUTES };
  return { year: year < 100 ? year + CENTURY : year, month, day, hours, minutes, seconds, ...zone };
}
