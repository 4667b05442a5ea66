/** A cautious data stream as a live port has it: the judge of its lines knows the tables of lte and the sockets. */
import { CautiousData, type Judgement } from '../../streams/cautious-data.ts';
import { HostState, type SocketState } from '../../streams/host-state.ts';
import { lineReaderOf } from '../../streams/line.ts';
import { judgeTalk } from '../../streams/module-talk.ts';
import { textOf, wire } from '../support/chunkings.ts';
import { wireDialects } from './session.ts';

const LTE = wireDialects.lte;

export interface CautiousSession {
  readonly stream: CautiousData;
  readonly push: (...chunks: readonly (string | Uint8Array)[]) => void;
  /** What was passed on as data. */
  readonly data: () => string;
  /** Characters of lines that were looked at so far. */
  readonly readCharacters: () => number;
}

/** What a judge says that remembers nothing. */
const forgetful = (judgement: Judgement): Judgement =>
  judgement.isTalk ? { isTalk: true, wholeBytes: 0, hasAnswer: false } : { isTalk: false, refuted: [] };

/** @param remembers whether what was judged once need not be judged again.
 * @param sockets by connect id; when nothing is said, 0 is in buffer mode and 1 pushes. */
export function cautiousSession(
  sockets: readonly (readonly [number, SocketState])[] = [
    [0, { mode: 'buffer' }],
    [1, { mode: 'push' }],
  ],
  remembers = true,
): CautiousSession {
  const state = new HostState(LTE, { sockets: new Map(sockets) });
  const read = lineReaderOf(LTE);
  let characters = 0;
  const readLine = (text: string) => {
    characters += text.length;
    return read(text);
  };
  const slices: Uint8Array[] = [];
  const stream = new CautiousData(
    (bytes) => slices.push(bytes),
    (bytes, talk) => {
      const judgement = judgeTalk(bytes, talk, { readLine, state });
      return remembers ? judgement : forgetful(judgement);
    },
  );
  stream.endsWith([...LTE.dataEnds, { text: 'RDY', isDoubtful: true }]);
  stream.enter();
  return {
    stream,
    push: (...chunks) => {
      for (const chunk of chunks) stream.push(Buffer.from(typeof chunk === 'string' ? wire(chunk) : chunk));
    },
    data: () => textOf(slices),
    readCharacters: () => characters,
  };
}
