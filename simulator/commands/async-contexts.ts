/** Contexts that are activated and deactivated while other commands run (rg §2.3.5, §2.3.6). */
import { describeAddresses } from '../contexts.ts';
import { Refusal } from '../errors.ts';
import type { Call, CommandTable } from './command.ts';
import { beginActivation, beginDeactivation, contextId } from './contexts.ts';

function activate(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 2);
  const context = firmware.contexts.get(contextId(call));
  const showsAddress = fields.integer(1, 'view_mode', 0, 1, 0) === 1;
  startOrTell(call, context.id, '+QIACTEX', () =>
    beginActivation(firmware, context, (error) => {
      const address = showsAddress && error === 0 ? `,${describeAddresses(context)}` : '';
      firmware.say('+QIACTEX', `+QIACTEX: ${context.id},${error}${address}`);
    }),
  );
  reply.final('OK');
}

function deactivate(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 1);
  const context = firmware.contexts.get(contextId(call));
  startOrTell(call, context.id, '+QIDEACTEX', () =>
    beginDeactivation(firmware, context, () => firmware.say('+QIDEACTEX', `+QIDEACTEX: ${context.id},0`)),
  );
  reply.final('OK');
}

/** What the state of the context forbids is told as the result; only breaches of the manual and a context that is busy
 * are refused at once. */
function startOrTell({ firmware }: Call, id: number, name: string, start: () => void): void {
  try {
    start();
  } catch (error) {
    if (!(error instanceof Refusal) || error.violation !== undefined || error.code === 568) throw error;
    firmware.say(name, `${name}: ${id},${error.code}`);
  }
}

function listActive({ firmware, reply }: Call): void {
  const lines = firmware.contexts.active.map(
    (context) => `+QIACTEX: ${context.id},1,${describeAddresses(context)}`,
  );
  reply.info(...lines).final('OK');
}

/** See the head of the file. */
export const asyncContextCommands: CommandTable = {
  '+QIACTEX': { family: 'tcpip', test: '+QIACTEX: (1-5),(0,1)', read: listActive, write: activate },
  '+QIDEACTEX': { family: 'tcpip', test: '+QIDEACTEX: (1-5)', write: deactivate },
};
