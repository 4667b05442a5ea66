import type { DataModeTiming, DataWire } from '../../machines/transparent-mode.machine.ts';

/** A wire in data mode where nothing ever happens. */
export function silentDataWire(change: Partial<DataWire> = {}): DataWire {
  const never = <T>() => new Promise<T>(() => undefined);
  return {
    guard: () => never(),
    writeEscape: () => never(),
    awaitAnswer: () => never(),
    dropDtr: () => never(),
    readCarrier: () => never(),
    settle: () => undefined,
    idle: () => never(),
    hasReceived: () => false,
    ...change,
  };
}

export const dataTiming: DataModeTiming = {
  escapeTries: 5,
  verifyTries: 2,
  lineMs: 120_000,
  claimMs: 1000,
  yieldMs: 5000,
  servingMs: 1000,
  checkMs: 0,
};
