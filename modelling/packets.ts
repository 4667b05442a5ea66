/** When the packets of a stretch arrive, if it is lived at another time, with other latencies.
 *
 *    lived:   sent ─────latency────▶ arrival ─▶ acknowledgement ──latency──▶ arrival
 *    again:   the same packets, each of them with the latency of its own time
 *
 * The server does nothing with what arrives but acknowledge it, and the host learns of an acknowledgement only by asking the
 * module. As long as each of these arrives between the same two questions nothing else of the stretch changes.
 */

import type { SentPacket } from './modelled-air.ts';

/** A packet of a lived stretch. Milliseconds since the beginning of the stretch. */
interface Packet {
  readonly sentMs: number;
  /** Place of the packet whose arrival sends it; `undefined` when the agent does. */
  readonly answers: number | undefined;
  /** It is one for the server: the host does not see its arrival. */
  readonly isForServer: boolean;
  readonly arrivedMs: number;
  /** The arrival of an acknowledgement has to stay between these two questions. */
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** What is known of a stretch that has been lived. Times of the clock. */
export interface LivedStretch {
  readonly startMs: number;
  readonly endMs: number;
  /** Packets that left, in their order. */
  readonly sent: readonly (SentPacket & { readonly latencyMs: number })[];
  /** When the module was asked something whose answer may depend on what has arrived. */
  readonly questionsMs: readonly number[];
}

export class Packets {
  readonly #packets: readonly Packet[];

  private constructor(packets: readonly Packet[]) {
    this.#packets = packets;
  }

  /** The packets of a stretch; `undefined` when one of them did not arrive within it, had to wait for one in front of it, or may have been
   * sent by the agent or by an arrival. */
  static of({ startMs, endMs, sent, questionsMs }: LivedStretch): Packets | undefined {
    const arrivals = sent.map(({ atMs, latencyMs }) => atMs + latencyMs);
    if (arrivals.some((one) => one >= endMs)) return undefined;
    const answered = ({ atMs, from }: SentPacket, place: number): number =>
      sent.slice(0, place).findIndex((one, at) => one.from !== from && arrivals[at] === atMs);
    const isUnclear = (packet: SentPacket, place: number): boolean =>
      packet.from === 'module' && questionsMs.includes(packet.atMs) && answered(packet, place) >= 0;
    if (sent.some(isUnclear)) return undefined;
    const packets: Packet[] = sent.map((packet, place) => {
      const { atMs, from } = packet;
      const arrival = arrivals[place] ?? atMs;
      const answers = answered(packet, place);
      return {
        sentMs: atMs - startMs,
        answers: answers < 0 ? undefined : answers,
        isForServer: from === 'module',
        arrivedMs: arrival - startMs,
        earliestMs: Math.max(startMs, ...questionsMs.filter((one) => one <= arrival)) - startMs,
        latestMs: Math.min(endMs, ...questionsMs.filter((one) => one >= arrival)) - startMs,
      };
    });
    const isSlowed = packets.some(({ isForServer, arrivedMs }, at) =>
      packets.slice(0, at).some((one) => one.isForServer === isForServer && one.arrivedMs > arrivedMs),
    );
    return isSlowed ? undefined : new Packets(packets);
  }

  /** Place of the packet that arrived so long behind the beginning; -1 when there is none. */
  placeOf(arrivedMs: number): number {
    return this.#packets.findIndex((one) => one.arrivedMs === arrivedMs);
  }

  /** When the agent's connection has carried something last, in a stretch whose packets come so much later. */
  carriedMs(laterMs: readonly number[]): number | undefined {
    const times = this.#packets.map(({ sentMs, isForServer, arrivedMs }, place) =>
      isForServer ? sentMs : arrivedMs + (laterMs[place] ?? 0),
    );
    return times.length === 0 ? undefined : Math.max(...times);
  }

  /** How much later than when it was lived each packet arrives if the stretch begins at `startMs` of the calendar; `undefined`
   * when that would be another stretch. */
  again(startMs: number, latencyMs: (atMs: number) => number): readonly number[] | undefined {
    const arrivals: number[] = [];
    for (const { sentMs, answers, isForServer, arrivedMs, earliestMs, latestMs } of this.#packets) {
      const leavesMs = answers === undefined ? sentMs : (arrivals[answers] ?? sentMs);
      const arrival = leavesMs + latencyMs(startMs + leavesMs);
      const isSeen = !isForServer && arrival !== arrivedMs;
      if (isSeen && !(arrival > earliestMs && arrival < latestMs)) return undefined;
      arrivals.push(arrival);
    }
    const lived = this.#packets.map(({ arrivedMs }) => arrivedMs);
    return isInOrder(lived, arrivals) ? arrivals.map((one, at) => one - (lived[at] ?? one)) : undefined;
  }
}

/** Whether the packets come in the order in which they came when they were lived. */
function isInOrder(lived: readonly number[], arrivals: readonly number[]): boolean {
  return arrivals.every((later, at) =>
    arrivals
      .slice(0, at)
      .every(
        (earlier, before) =>
          Math.sign((lived[at] ?? 0) - (lived[before] ?? 0)) === Math.sign(later - earlier),
      ),
  );
}
