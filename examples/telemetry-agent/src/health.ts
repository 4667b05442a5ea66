import type { ModemStatus } from 'urchestra';

/** What `GET /health` answers. */
export interface Health {
  readonly isHealthy: boolean;
  readonly modem: { readonly state: string; readonly problem: string | null };
  readonly broker: { readonly isConnected: boolean; readonly problem: string | null };
  readonly storedReadings: number;
  /** null before the first one of this process. */
  readonly lastPubackAgeMs: number | null;
}

interface Facts {
  readonly modem: ModemStatus;
  readonly broker: { readonly isConnected: boolean; readonly problem: string | undefined };
  readonly storedReadings: number;
  readonly lastPubackAgeMs: number | undefined;
}

/** Healthy means that readings reach the broker, not only that the process runs. */
export function healthFrom({ modem, broker, storedReadings, lastPubackAgeMs }: Facts): Health {
  return {
    isHealthy: modem.state === 'online' && broker.isConnected,
    modem: { state: modem.state, problem: modem.problem?.message ?? null },
    broker: { isConnected: broker.isConnected, problem: broker.problem ?? null },
    storedReadings,
    lastPubackAgeMs: lastPubackAgeMs ?? null,
  };
}
