/** What a file says of itself in front of the entries that hold for it. */
import type { DialectName } from '../dialects/dialect-name.ts';
import { VERSION } from '../version.ts';
import { type HeaderEntry, TRACE_FORMAT } from './trace-entry.ts';

/** A header; without a dialect as long as the module was not asked for it. */
export function headerOf(atMs: number, dialect: DialectName | undefined): HeaderEntry {
  const spoken = dialect === undefined ? 'dialect not known yet' : `dialect ${dialect}`;
  return {
    ...{ kind: 'header', atMs, text: `urchestra ${VERSION}, trace format ${TRACE_FORMAT}, ${spoken}` },
    ...{ format: TRACE_FORMAT, version: VERSION },
    ...(dialect !== undefined && { dialect }),
  };
}
