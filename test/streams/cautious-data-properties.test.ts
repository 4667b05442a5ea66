/** Data mode on a live port, whatever a peer sends: nothing is lost, a real end is found, memory and work are bounded. */
import fc from 'fast-check';
import { cutAt, textOf, wire } from '../support/chunkings.ts';
import { type CautiousSession, cautiousSession } from './cautious.ts';

const LOSS = '\r\nNO CARRIER\r\n';
const OK = '\r\nOK\r\n';
const MOST_HELD_BYTES = 16_384 + LOSS.length;
/** The answer to an escape has all that was kept for other sockets behind it. */
const MOST_ESCAPING_BYTES = 131_072 + LOSS.length;

/** What a peer may send to look like a module; some announce a push whose end never comes. */
const LOOK_ALIKES = [
  ...[LOSS, OK, '\r\nRDY\r\n', '\r\nERROR\r\n', '\r\nCONNECT\r\n', '\r\n+CPIN: READY\r\n'],
  ...['\r\n+QIURC: "pdpdeact",1\r\n', '+QIURC: "closed",0\r\n', '\r\n+QIURC: "recv",0,5\r\n'],
  ...['\r\n+QIURC: "recv",1,3\r\n', '\r\n+QIURC: "recv",1,70000\r\n', '\r\n+QIURC: "recv",1,3\r\nabc'],
  ...['+++', '\r', '\n', '\r\n', '\r\nNO CARR', 'IER\r\n', 'NO CARRIER\r\n', '\r\nO', 'K\r\n', '+QI', 'x'],
];
const URCS = ['\r\n+QIURC: "pdpdeact",1\r\n', '\r\n+QIURC: "recv",0\r\n', '\r\n+QIURC: "recv",1,4\r\n\r\nOK'];

const noise = fc.uint8Array({ maxLength: 12 }).map((bytes) => textOf([bytes]));
const payload = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...LOOK_ALIKES) }, noise), { maxLength: 14 })
  .map((parts) => parts.join(''));
const urcs = fc.array(fc.constantFrom(...URCS), { maxLength: 3 }).map((parts) => parts.join(''));
const cuts = fc.array(fc.nat(250), { maxLength: 8 });
const deed = fc.constantFrom('escape', 'write', 'conclude', 'settle', 'settleEscape', 'release');

/** What happens between two pieces. Returns the lines behind data mode, when the stream says that it is over. */
function happens(what: string, { stream }: CautiousSession): Uint8Array | undefined {
  if (what === 'escape') stream.escape(true);
  else if (what === 'write') stream.escape(false);
  else if (what === 'conclude') stream.conclude();
  else if (what === 'settle') stream.settle(false);
  else if (what === 'release') stream.release();
  else if (what === 'settleEscape') return stream.settleEscape();
  return undefined;
}

/** Whatever is still held is payload. */
function flushed(one: CautiousSession): string {
  one.stream.escape(false);
  while (one.stream.isInDoubt) one.stream.settle(false);
  one.stream.release();
  return one.data();
}

describe('the data of a live port', () => {
  it('is the payload unchanged, whatever it looks like, however it is cut and whatever is settled between', () => {
    fc.assert(
      fc.property(payload, cuts, fc.array(deed, { maxLength: 9 }), (text, places, deeds) => {
        const one = cautiousSession();
        let received = '';
        for (const [at, chunk] of cutAt(wire(text), places).entries()) {
          one.push(chunk);
          received += textOf([chunk]);
          const rest = happens(deeds[at] ?? 'conclude', one);
          if (rest === undefined) continue;
          // The peer has sent what only the module could tell from its own answer: no byte is lost all the same.
          expect(`${one.data()}\r\n${textOf([rest])}`).toBe(received);
          expect([textOf([rest]).slice(0, 4), deeds.slice(0, at)]).toEqual([
            'OK\r\n',
            expect.arrayContaining(['escape']),
          ]);
          return;
        }
        expect(flushed(one)).toBe(text);
      }),
      { numRuns: 1500 },
    );
  });

  it('is judged alike whether the judge remembers or not', () => {
    const lines = fc.constantFrom(LOSS, OK, '\r\nRDY\r\n', '\r\n+QIURC: "recv",0\r\n', 'x\r\n');
    const dense = fc.array(lines, { maxLength: 9 }).map((parts) => parts.join(''));
    const deeds = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant('nothing') }, deed), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(fc.oneof(payload, dense), cuts, deeds, fc.boolean(), (text, places, list, isEscaping) => {
        const both = [true, false].map((remembers) => cautiousSession(undefined, remembers));
        for (const { stream } of both) stream.escape(isEscaping);
        for (const [at, chunk] of cutAt(wire(text), places).entries()) {
          const [one, other] = both.map((session) => {
            session.push(chunk);
            const before = [session.stream.isInDoubt, session.stream.heldBytes];
            const rest = happens(list[at] ?? 'nothing', session);
            const { isInDoubt, heldBytes, isOn } = session.stream;
            return { before, isInDoubt, heldBytes, isOn, data: session.data(), rest: rest && textOf([rest]) };
          });
          expect(one).toEqual(other);
          if (one?.isOn === false) return;
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('ends at NO CARRIER that the carrier line confirms: all before it is data, all behind it are lines', () => {
    fc.assert(
      fc.property(payload, urcs, cuts, fc.boolean(), (text, behind, places, isEscaping) => {
        const one = cautiousSession();
        one.stream.escape(isEscaping);
        one.push(...cutAt(wire(`${text}${LOSS}${behind}`), places));
        one.stream.escape(false);
        one.stream.conclude();
        expect(one.stream.isInDoubt).toBe(true);
        expect([textOf([one.stream.settle(true)]), one.data()]).toEqual([`NO CARRIER\r\n${behind}`, text]);
      }),
      { numRuns: 1500 },
    );
  });

  it('ends at OK to an escape: all before it is data, all behind it are lines', () => {
    fc.assert(
      fc.property(payload, payload, urcs, cuts, (before, late, behind, places) => {
        const one = cautiousSession();
        one.push(...cutAt(wire(before), places));
        one.stream.escape(true);
        one.push(...cutAt(wire(`${late}${OK}${behind}`), places));
        const rest = one.stream.settleEscape();
        expect([rest && textOf([rest]), one.data()]).toEqual([`OK\r\n${behind}`, before + late]);
        expect([one.stream.isOn, one.stream.heldBytes]).toEqual([false, 0]);
      }),
      { numRuns: 1500 },
    );
  });
});

const FLOODS: readonly (readonly [name: string, text: string])[] = [
  ['NO CARRIER', LOSS],
  ['OK', OK],
  ['RDY, which may stand behind itself', '\r\nRDY\r\n'],
  ['URCs behind NO CARRIER', '\r\n+QIURC: "recv",0\r\n'],
  ['unknown names behind NO CARRIER', '\r\n+QNEWURC: 1\r\n'],
  ['pushes behind NO CARRIER', '\r\n+QIURC: "recv",1,3\r\nabc'],
  ['a push without an end', '\r\n+QIURC: "recv",1,1000000\r\n'],
  ['line ends', '\r\n'],
  ['beginnings of NO CARRIER', '\r\nNO CARR'],
];

describe.each(FLOODS)('a flood of %s', (_, text) => {
  const flood = (lengthBytes: number, chunkBytes: number, isEscaping: boolean) => {
    const one = cautiousSession();
    one.stream.escape(isEscaping);
    const all = LOSS + text.repeat(Math.ceil(lengthBytes / text.length));
    let mostHeld = 0;
    for (let at = 0; at < all.length; at += chunkBytes) {
      one.push(all.slice(at, at + chunkBytes));
      mostHeld = Math.max(mostHeld, one.stream.heldBytes);
    }
    return { ...one, all, mostHeld };
  };

  it.each([false, true])('is held back up to a bound, and nothing is lost (escaping: %s)', (isEscaping) => {
    const one = flood(200_000, 700, isEscaping);
    expect(one.mostHeld).toBeLessThanOrEqual(isEscaping ? MOST_ESCAPING_BYTES : MOST_HELD_BYTES);
    expect(one.data().length + one.stream.heldBytes).toBe(one.all.length);
    expect(one.all.startsWith(one.data())).toBe(true);
  });

  it('is looked at a few times at most, however it is cut', () => {
    for (const chunkBytes of [16, 700]) {
      const one = flood(40_000, chunkBytes, false);
      expect(one.readCharacters()).toBeLessThanOrEqual(one.all.length * 8);
    }
  });

  it('is looked at in proportion to its length', () => {
    const [short, long] = [flood(400_000, 1024, true), flood(1_600_000, 1024, true)];
    expect(long.readCharacters()).toBeLessThanOrEqual(short.readCharacters() * 4.4 + 1000);
    expect(long.readCharacters()).toBeLessThanOrEqual(long.all.length * 32);
  });
});

describe.each<[string, string]>([
  ['a byte of no line', '\x01'],
  ['the beginning of a line', '+QI'],
  ['OK', OK],
  ['OK twice', `${OK}${OK}`],
  ['ERROR', '\r\nERROR\r\n'],
  ['a push without an end', '\r\n+QIURC: "recv",1,70000\r\nabc'],
])('lines that could each be the end, with %s behind them', (_, tail) => {
  it.each([false, true])('are looked at a few times at most (escaping: %s)', (isEscaping) => {
    const one = cautiousSession();
    one.stream.escape(isEscaping);
    const all = '\r\nRDY\r\n'.repeat(2300) + tail;
    one.push(all);
    one.stream.conclude();
    one.stream.settleEscape();
    expect(one.readCharacters()).toBeLessThanOrEqual(all.length * 8);
  });
});
