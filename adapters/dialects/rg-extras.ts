/** Commands that rg alone has (rg §2.3.5, §2.3.6, §2.3.10). */
import type { Field } from '../../streams/fields.ts';
import { flag, integer, numberAt } from './arguments.ts';
import { everyLine, firstLine, plain, query, sending } from './common.ts';
import type { Command, SendReport } from './dialect.ts';
import { contextStatus } from './qi/replies.ts';
import { connectId, contextId, type ShapePart } from './qi/shape.ts';

/** Encoders of `AT+QIACTEX` and `AT+QIDEACTEX`. Their OK says only that the work has begun. */
export function asyncContextCommands(shape: ShapePart<'limits'>) {
  return {
    activateContextAsync: (id: number, showsAddress?: boolean) => {
      const view = showsAddress === undefined ? '' : `,${flag('showsAddress', showsAddress)}`;
      return plain(`AT+QIACTEX=${contextId(shape, id)}${view}`); // rg §2.3.5
    },
    deactivateContextAsync: (id: number) => plain(`AT+QIDEACTEX=${contextId(shape, id)}`), // rg §2.3.6
    queryContextsAsync: () => query('AT+QIACTEX?', '+QIACTEX', everyLine(contextStatus)), // rg §2.3.5, D21
  };
}

/** `+QISEND: <id>,<status>,<free>` (rg §2.3.10). */
function sendReport(fields: readonly Field[]): SendReport | undefined {
  const status = numberAt(fields, 1);
  const freeBytes = numberAt(fields, 2);
  if (status === undefined || freeBytes === undefined) return undefined;
  return { isAccepted: status === 0, freeBytes };
}

/** Encoder of a send that ends with OK whatever its report says (D22), or with SEND OK where `sendinfo` could not be set. */
export function sendReported(shape: ShapePart<'limits'>) {
  return (id: number, length: number): Command<SendReport> => {
    const bytes = integer('length', length, 1, shape.limits.sendBytes); // rg §2.3.10
    const text = `AT+QISEND=${connectId(shape, id)},${bytes}`;
    const { parse } = query(text, '+QISEND', (lines, { result }) =>
      lines.length === 0 && result === 'SEND OK'
        ? { isAccepted: true, freeBytes: undefined }
        : firstLine(sendReport)(lines),
    );
    return { ...sending(text), successes: ['OK', 'SEND OK'], failures: ['SEND FAIL'], parse };
  };
}
