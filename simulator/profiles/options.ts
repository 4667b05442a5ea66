/** Rows of AT+QICFG that several generations share. */
import type { OptionRule } from '../settings.ts';

/** An option that is 0 or 1. */
export const flag = (initial: number): OptionRule => ({
  shown: '(0,1)',
  limits: [['value', 0, 1]],
  initial: [initial],
});

/** An option that is one number. */
export const number = (min: number, max: number, initial: number): OptionRule => ({
  shown: `(${min}-${max})`,
  limits: [['value', min, max]],
  initial: [initial],
});

/** Form of the payload, sent and received. */
export const dataFormat = (shown: string): OptionRule => ({
  shown,
  limits: [
    ['send_data_format', 0, 1],
    ['recv_data_format', 0, 1],
  ],
  initial: [0, 0],
});

/** Retransmission of TCP. */
export const retransmission = (initialBackoffs: number): OptionRule => ({
  shown: '(3-20),(5-1000)',
  limits: [
    ['max_backoffs', 3, 20],
    ['max_rto', 5, 1000],
  ],
  initial: [initialBackoffs, 600],
});

/** Keepalive of TCP: only whether it is on must be given. */
export const keepalive = (maxIdle: number, initial: readonly number[]): OptionRule => ({
  shown: `(0,1),(1-${maxIdle}),(25-100),(3-10)`,
  limits: [
    ['enable', 0, 1],
    ['idle_time', 1, maxIdle],
    ['interval_time', 25, 100],
    ['probe_cnt', 3, 10],
  ],
  initial,
  required: 1,
});
