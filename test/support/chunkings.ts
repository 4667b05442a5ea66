/** The ways in which a wire test cuts what a module sends: reading must not depend on them (invariant 3). */
export interface Chunking {
  readonly name: string;
  readonly chunks: readonly Uint8Array[];
}

const RANDOM_CUTS = 20;

/** Whole, byte by byte, every single split and some seeded random cuts of the same bytes. */
export function chunkingsOf(bytes: Uint8Array, seed = 1): Chunking[] {
  const splits = Array.from({ length: Math.max(0, bytes.length - 1) }, (_, at) => at + 1);
  return [
    { name: 'whole', chunks: [copyOf(bytes)] },
    { name: 'byte by byte', chunks: cutAt(bytes, splits) },
    ...splits.map((at) => ({ name: `split at ${at}`, chunks: cutAt(bytes, [at]) })),
    ...Array.from({ length: RANDOM_CUTS }, (_, turn) => ({
      name: `random cuts, seed ${seed + turn}`,
      chunks: cutAt(bytes, randomCuts(bytes.length, seed + turn)),
    })),
  ];
}

/** Cuts at the given places, each piece in memory of its own as from a port. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places)].filter((at) => at > 0 && at < bytes.length).sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, at) => copyOf(bytes.subarray(ends[at - 1] ?? 0, end)));
}

/** Text as the bytes of a wire: every character is one byte. */
export function wire(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Slices as text, one character for each byte. */
export function textOf(slices: readonly Uint8Array[]): string {
  return Buffer.concat(slices).toString('latin1');
}

function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Places of cuts, the same for the same seed (a linear congruential generator is random enough here). */
function randomCuts(length: number, seed: number): number[] {
  let state = (seed * 2_654_435_761) >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: next(8) + 1 }, () => next(Math.max(1, length)));
}
